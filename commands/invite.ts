import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { credentialsError } from './lib/credentials.ts';
import { deployedOutputs } from './lib/deployed-outputs.ts';

const USAGE = `Usage: npm run invite -- --stage <stage> --email <address> [--again]

Lets somebody read the calls of a stage: mails them a temporary password for its sign-in.

  --email <address>  whom to invite
  --again            mails another password to somebody who has not signed in yet
`;

const OPTIONS = { email: { type: 'string' }, again: { type: 'boolean', default: false } } as const;

const invite = async ({ stage, region, values }: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { email, again } = values;
  if (!email) throw new CommandError(USAGE);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new CommandError(`"${email}" is no e-mail address.`);
  if (stage === 'local') {
    throw new CommandError(
      'Nobody needs an invitation to stage local: sign in as "local". Give the stage to invite to with --stage.',
    );
  }
  const userPoolId = await userPoolOf(stage, region);
  const command = new AdminCreateUserCommand({
    UserPoolId: userPoolId,
    Username: email,
    // Invitations reach the address, so it is theirs: a lost password can be reset by it.
    UserAttributes: [
      { Name: 'email', Value: email },
      { Name: 'email_verified', Value: 'true' },
    ],
    DesiredDeliveryMediums: ['EMAIL'],
    ...(again && { MessageAction: 'RESEND' as const }),
  });
  try {
    await new CognitoIdentityProviderClient({ region }).send(command);
  } catch (error) {
    throw explain(error as Error, email, stage);
  }
  const text = `Invited ${email}. The mail has a temporary password, which is valid for 7 days.`;
  return { text, data: { email, userPoolId } };
};

const userPoolOf = async (stage: string, region: string): Promise<string> => {
  const outputs = await deployedOutputs(stage, region);
  const userPoolId = outputs.find(({ OutputKey }) => OutputKey === 'UserPoolId')?.OutputValue;
  if (userPoolId !== undefined) return userPoolId;
  throw new CommandError(
    `Stage ${stage} has no user pool: the provider that OIDC_ISSUER names decides who may sign in. Invite there; or, to have a pool, leave OIDC_ISSUER out and run "npm run deploy -- --stage ${stage}".`,
  );
};

/** The error as what to do about it. */
const explain = (error: Error, email: string, stage: string): Error => {
  const known: Record<string, string> = {
    UsernameExistsException: `${email} is invited already. To mail another password: npm run invite -- --stage ${stage} --email ${email} --again`,
    UserNotFoundException: `${email} is not invited yet: leave out --again.`,
    UnsupportedUserStateException: `${email} has signed in before, so there is nothing to send: "Forgot your password?" on the sign-in page sets another password.`,
    CodeDeliveryFailureException: `The mail to ${email} could not be sent. Look at the address, then run this again with --again.`,
    LimitExceededException: 'The user pool has sent as many mails as it may today (50): go on tomorrow.',
    ResourceNotFoundException: `The user pool of stage ${stage} is gone: run "npm run deploy -- --stage ${stage}".`,
  };
  const message = known[error.name] ?? `Cognito: ${error.message || error.name}`;
  return credentialsError(error) ?? new CommandError(message);
};

await runCommand({ usage: USAGE, options: OPTIONS, run: invite });

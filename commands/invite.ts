import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { credentialsError } from './lib/credentials.ts';
import { deployedOutputs } from './lib/deployed-outputs.ts';

const USAGE = `Usage: npm run invite -- --stage <stage> --email <address> [--again]

Invites somebody to read the calls of a stage, by e-mail with a temporary password.

  --email <address>  the person to invite
  --again            send another password to somebody who has not signed in yet
`;

const OPTIONS = { email: { type: 'string' }, again: { type: 'boolean', default: false } } as const;

const invite = async ({ stage, region, values }: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { email, again } = values;
  if (!email) throw new CommandError(USAGE);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new CommandError(`"${email}" is not an e-mail address.`);
  if (stage === 'local') {
    throw new CommandError(
      'Stage local needs no invitation: sign in as "local". Name the stage with --stage.',
    );
  }
  const userPoolId = await userPoolOf(stage, region);
  const command = new AdminCreateUserCommand({
    UserPoolId: userPoolId,
    Username: email,
    // The invitation goes to this address, so it counts as verified: a lost password can be reset
    // through it.
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
  const text = `Invited ${email}. The e-mail has a temporary password, which is valid for 7 days.`;
  return { text, data: { email, userPoolId } };
};

const userPoolOf = async (stage: string, region: string): Promise<string> => {
  const outputs = await deployedOutputs(stage, region);
  const userPoolId = outputs.find(({ OutputKey }) => OutputKey === 'UserPoolId')?.OutputValue;
  if (userPoolId !== undefined) return userPoolId;
  throw new CommandError(
    `Stage ${stage} has no user pool: the provider of OIDC_ISSUER decides who may sign in. Invite people there. To use a pool instead, leave OIDC_ISSUER out and run "npm run deploy -- --stage ${stage}".`,
  );
};

/** The error as an instruction. */
const explain = (error: Error, email: string, stage: string): Error => {
  const known: Record<string, string> = {
    UsernameExistsException: `${email} is already invited. To send another password: npm run invite -- --stage ${stage} --email ${email} --again`,
    UserNotFoundException: `${email} is not invited yet: run it without --again.`,
    UnsupportedUserStateException: `${email} has already signed in. To set another password, use "Forgot your password?" on the sign-in page.`,
    CodeDeliveryFailureException: `The e-mail to ${email} could not be sent. Check the address, then run this again with --again.`,
    LimitExceededException: 'The user pool has sent its 50 e-mails of today: continue tomorrow.',
    ResourceNotFoundException: `The user pool of stage ${stage} no longer exists: run "npm run deploy -- --stage ${stage}".`,
  };
  const message = known[error.name] ?? `Cognito: ${error.message || error.name}`;
  return credentialsError(error) ?? new CommandError(message);
};

await runCommand({ usage: USAGE, options: OPTIONS, run: invite });

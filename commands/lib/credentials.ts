import { CommandError } from './command-error.ts';

const REFUSED = [
  'ExpiredToken',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
];

/** The error as an instruction about AWS credentials; undefined if they are not the cause. */
export const credentialsError = ({ name }: Error): CommandError | undefined => {
  if (name === 'CredentialsProviderError') {
    const { AWS_PROFILE: profile } = process.env;
    return new CommandError(
      profile
        ? `AWS profile ${profile} gives no credentials: log in to it, or set AWS_PROFILE to another one.`
        : 'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  if (REFUSED.some((refused) => name.startsWith(refused))) {
    return new CommandError(
      `AWS does not accept these credentials (${name}): renew them, or set AWS_PROFILE.`,
    );
  }
  return undefined;
};

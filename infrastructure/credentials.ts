import type { Provider } from './serverless-types.ts';

/**
 * The problem of the AWS credentials, if there are none. It does not try whether AWS accepts them.
 */
export const credentialProblems = async (provider: Provider): Promise<string[]> => {
  try {
    await provider.getAwsSdkV3CredentialsProvider()();
    return [];
  } catch (error) {
    const { AWS_PROFILE: profile } = process.env;
    if (profile) {
      return [
        `AWS_PROFILE is "${profile}": it must be a profile with credentials; log in to it, or set another.`,
      ];
    }
    if ((error as { code?: string }).code === 'AWS_CREDENTIALS_NOT_FOUND') {
      return [
        'AWS_ACCESS_KEY_ID is missing: set it and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, to credentials of your account.',
      ];
    }
    throw error;
  }
};

import { Sha256Node } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

/** Signs requests to SQS with the credentials and the region that Lambda puts into the environment. */
export const signer = new SignatureV4({
  service: 'sqs',
  region: async () => process.env.AWS_REGION ?? '',
  credentials: async () => {
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env;
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  },
  sha256: Sha256Node,
});

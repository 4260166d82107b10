import { getParameter } from '@aws-lambda-powertools/parameters/ssm';
import { secretsOf } from './sign.ts';

const MAX_AGE_SECONDS = 60;

/**
 * The secrets that sign events: `WEBHOOK_SECRET`, else those in the parameter `WEBHOOK_SECRET_PARAMETER` of SSM, at most a minute old.
 * Rejects if there are none.
 */
export const signingSecrets = async (): Promise<string[]> => {
  const { WEBHOOK_SECRET, WEBHOOK_SECRET_PARAMETER = '' } = process.env;
  const written =
    WEBHOOK_SECRET ||
    (await getParameter(WEBHOOK_SECRET_PARAMETER, { decrypt: true, maxAge: MAX_AGE_SECONDS }));
  const secrets = secretsOf(written ?? '');
  if (secrets.length === 0) throw new Error('there is no secret to sign with');
  return secrets;
};

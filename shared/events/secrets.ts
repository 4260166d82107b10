import { getParameter } from '@aws-lambda-powertools/parameters/ssm';
import { webhookSecretName } from './secret-name.ts';
import { secretsOf } from './sign.ts';

const MAX_AGE_SECONDS = 60;

/**
 * The secrets that sign events: `WEBHOOK_SECRET`, else those in the stage's parameter of SSM, at most a minute old.
 * Rejects if there are none.
 */
export const signingSecrets = async (): Promise<string[]> => {
  const { WEBHOOK_SECRET, STAGE = '' } = process.env;
  const written =
    WEBHOOK_SECRET ||
    (await getParameter(webhookSecretName(STAGE), { decrypt: true, maxAge: MAX_AGE_SECONDS }));
  const secrets = secretsOf(written ?? '');
  if (secrets.length === 0) throw new Error('there is no secret to sign with');
  return secrets;
};

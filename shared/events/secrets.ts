import { secretAt } from '../secrets/parameter.ts';
import { webhookSecretName } from './secret-name.ts';
import { secretsOf } from './sign.ts';

/**
 * The secrets that sign events: `WEBHOOK_SECRET`, else those of the stage's SSM parameter, at most
 * a minute old. Rejects if there are none.
 */
export const signingSecrets = async (): Promise<string[]> => {
  const { WEBHOOK_SECRET, STAGE = '' } = process.env;
  const secrets = secretsOf(WEBHOOK_SECRET || ((await secretAt(webhookSecretName(STAGE))) ?? ''));
  if (secrets.length === 0) throw new NoSecret();
  return secrets;
};

class NoSecret extends Error {
  override name = 'no secret to sign with: npm run secret makes one';
}

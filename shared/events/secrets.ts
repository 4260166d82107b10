import { getParameter } from '@aws-lambda-powertools/parameters/ssm';
import { webhookSecretName } from './secret-name.ts';
import { secretsOf } from './sign.ts';

const MAX_AGE_SECONDS = 60;

/**
 * The secrets that sign events: `WEBHOOK_SECRET`, else those of the stage's SSM parameter, at most
 * a minute old. Rejects if there are none.
 */
export const signingSecrets = async (): Promise<string[]> => {
  const { WEBHOOK_SECRET, STAGE = '' } = process.env;
  const written = WEBHOOK_SECRET || (await parameterOf(STAGE));
  const secrets = secretsOf(written ?? '');
  if (secrets.length === 0) throw new NoSecret();
  return secrets;
};

const parameterOf = async (stage: string): Promise<string | undefined> => {
  try {
    return await getParameter(webhookSecretName(stage), { decrypt: true, maxAge: MAX_AGE_SECONDS });
  } catch (error) {
    const { cause } = error as Error;
    throw cause instanceof Error && cause.name === 'ParameterNotFound' ? new NoSecret() : (cause ?? error);
  }
};

class NoSecret extends Error {
  override name = 'no secret to sign with: npm run secret makes one';
}

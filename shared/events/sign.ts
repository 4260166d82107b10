import { Webhook } from 'standardwebhooks';

/**
 * The secrets in a text, separated by commas; two during a rotation. Throws an Error if one is not
 * a secret.
 */
export const secretsOf = (written: string): string[] =>
  written
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '' && new Webhook(secret));

/**
 * The headers of a signed request by the Standard Webhooks specification, with a signature by each
 * secret.
 */
export const signatureHeaders = (id: string, body: string, secrets: readonly string[], now: Date) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
});

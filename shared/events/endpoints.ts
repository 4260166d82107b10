import { createHash } from 'node:crypto';

/** An endpoint that receives events. */
export type Endpoint = {
  /** Stands for the URL, which can hold a secret, in names of queues, messages and logs. */
  id: string;
  url: URL;
};

/**
 * The endpoints of `WEBHOOK_URLS`: URLs separated by commas. Throws a TypeError if one of them is
 * not a URL.
 */
export const endpointsOf = (written: string | undefined): Endpoint[] =>
  [...new Set((written ?? '').split(',').map((url) => url.trim()))]
    .filter((url) => url !== '')
    .map((url) => ({ id: createHash('sha256').update(url).digest('hex').slice(0, 8), url: new URL(url) }));

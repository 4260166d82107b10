import { createHash } from 'node:crypto';

/** Where events are sent. */
export type Endpoint = {
  /** Stands for the URL, which can hold a secret, in the names of queues, in messages and in logs. */
  id: string;
  url: URL;
};

/** The endpoints of `WEBHOOK_URLS`: URLs separated by commas. Throws a TypeError if one of them is no URL. */
export const endpointsOf = (written: string | undefined): Endpoint[] =>
  [...new Set((written ?? '').split(',').map((url) => url.trim()))]
    .filter((url) => url !== '')
    .map((url) => ({ id: createHash('sha256').update(url).digest('hex').slice(0, 8), url: new URL(url) }));

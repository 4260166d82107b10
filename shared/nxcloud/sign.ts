import { hash } from 'node:crypto';

/** The credentials for the open platform; `accessSecret` signs and is never sent. */
export type Credentials = { accessKey: string; accessSecret: string };

/**
 * A request to the open platform: the product, its interface, and the body exactly as it is sent.
 */
export type PlatformRequest = { bizType: number; action: string; body: string };

/** The headers of a request to NXCloud's open platform, signed for a minute around `now`. */
export const signedHeaders = (
  { accessKey, accessSecret }: Credentials,
  { bizType, action, body }: PlatformRequest,
  now: Date,
  algorithm: 'md5' | 'sha256' = 'md5',
): Record<string, string> => {
  const ts = String(now.getTime());
  const signed = body === '' ? '' : `&body=${body}`;
  const text = `accessKey=${accessKey}&action=${action}&bizType=${bizType}&ts=${ts}${signed}&accessSecret=${accessSecret}`;
  return {
    'content-type': 'application/json',
    accessKey,
    ts,
    bizType: String(bizType),
    action,
    algorithm,
    sign: hash(algorithm, text),
  };
};

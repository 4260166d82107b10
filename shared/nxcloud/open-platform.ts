import type { Credentials, PlatformRequest } from './sign.ts';

export type OpenPlatformOptions = Credentials & {
  /** `https://api-hk.nxlink.ai`, or another region's. */
  gateway: string;
  /** Whether this machine may be asked as well, also without TLS: the stage `local`. */
  takesLoopback?: boolean;
  /** Ends everything at once, waiting included; what is asked then rejects with its reason. */
  signal: AbortSignal;
  /** How long an answer may take, from the connection to its last byte. */
  timeoutMs?: number;
  /** How long to wait before the second, third and fourth attempt. */
  backOffMs?: readonly number[];
};

/**
 * Asks NXCloud's open platform, at most four times, each signed anew; the text of an answer with code 0. Rejects with Unlisted, or with
 * the signal's reason.
 */
export const ask = (
  _path: string,
  _request: PlatformRequest,
  _options: OpenPlatformOptions,
): Promise<string> => Promise.reject(new Error('not written yet'));

import { setTimeout as sleep } from 'node:timers/promises';
import { type Envelope, envelopeOf } from './answer.ts';
import { post } from './post.ts';
import { EXPIRED, refused } from './refusal.ts';
import { type Credentials, type PlatformRequest, signedHeaders } from './sign.ts';
import { Unlisted } from './unlisted.ts';

export type OpenPlatformOptions = Credentials & {
  /** `https://api-hk.nxlink.ai`, or another region's. */
  gateway: string;
  /** Whether to allow this machine too, also without TLS: for the stage `local`. */
  takesLoopback?: boolean;
  /** Ends everything at once, waits included; the request then rejects with its reason. */
  signal: AbortSignal;
  /** How long an answer may take, from the connection to its last byte. */
  timeoutMs?: number;
  /** Told why an attempt failed that is made again. */
  onRetry?: (problem: Unlisted) => void;
  /** How long to wait before the second attempt, the third and so on. */
  backOffMs?: readonly number[];
};

const TIMEOUT_MS = 30_000;
const BACK_OFF_MS = [5_000, 10_000, 15_000];

/**
 * Sends a request to NXCloud's open platform, at most four times, each signed anew; returns the
 * text of an answer with code 0. Rejects with Unlisted, or with the signal's reason.
 */
export const ask = async (
  path: string,
  request: PlatformRequest,
  options: OpenPlatformOptions,
): Promise<string> => {
  const { gateway, signal, backOffMs = BACK_OFF_MS, onRetry } = options;
  const url = urlOf(gateway, path);
  expectCredentials(options);
  for (const pauseMs of backOffMs) {
    try {
      return await attempt(url, request, options);
    } catch (error) {
      if (!(error instanceof Unlisted) || error.isFinal) throw error;
      onRetry?.(error);
      await pause(pauseMs, signal);
    }
  }
  return attempt(url, request, options);
};

/** Waits; rejects with the signal's reason. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
};

const urlOf = (gateway: string, path: string): URL => {
  const url = URL.parse(gateway.replace(/\/*$/, path));
  if (url !== null && !url.username && !url.password && /^https?:$/.test(url.protocol)) return url;
  throw new Unlisted('NXCLOUD_GATEWAY is no URL like https://api-hk.nxlink.ai', { isFinal: true });
};

const expectCredentials = ({ accessKey, accessSecret }: Credentials): void => {
  if (!/^[\x21-\x7e]+$/.test(accessKey)) {
    throw new Unlisted('NXCLOUD_ACCESS_KEY is no access key, which begins with AK', { isFinal: true });
  }
  if (accessSecret === '') {
    throw new Unlisted('the secret of NXCLOUD_ACCESS_KEY is empty; "npm run secret" puts it', {
      isFinal: true,
    });
  }
};

const attempt = async (url: URL, request: PlatformRequest, options: OpenPlatformOptions): Promise<string> => {
  const first = await sendSigned(url, request, options);
  const { code, msg, text } = first.code === EXPIRED ? await sendSigned(url, request, options) : first;
  if (code !== 0) throw refused(code, msg, options);
  return text;
};

/** How far a gateway's clock is ahead of this machine's, measured when it last refused a time. */
const aheadMs = new Map<string, number>();

const sendSigned = async (
  url: URL,
  request: PlatformRequest,
  { takesLoopback = false, signal, timeoutMs = TIMEOUT_MS, ...credentials }: OpenPlatformOptions,
): Promise<Envelope> => {
  const now = new Date(Date.now() + (aheadMs.get(url.origin) ?? 0));
  const headers = signedHeaders(credentials, request, now);
  const answer = await post(url, { body: request.body, headers, takesLoopback, timeoutMs, signal });
  const envelope = envelopeOf(answer);
  const date = Date.parse(answer.date ?? '');
  if (envelope.code === EXPIRED && !Number.isNaN(date)) aheadMs.set(url.origin, date - Date.now());
  return envelope;
};

import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { checkedLookup, NoAddress } from '../network/checked-lookup.ts';
import { addressIn, refusalOf } from '../network/may-connect.ts';
import { Unlisted } from './unlisted.ts';

type Posted = {
  body: string;
  headers: Record<string, string>;
  takesLoopback: boolean;
  timeoutMs: number;
  signal: AbortSignal;
};

/** A server's answer; `date` is its own clock's time. */
export type Answer = { status: number; date: string | undefined; bytes: Buffer };

const MB = 2 ** 20;
// A hundred calls are a tenth of a megabyte.
const MAX_BYTES = 16 * MB;

/**
 * Posts a body and reads the whole answer, whatever its status. It follows no redirect, and
 * connects to public addresses by https only; with `takesLoopback`, also to this machine. Rejects
 * with Unlisted, or with the signal's reason.
 */
export const post = async (url: URL, { signal, timeoutMs, ...posted }: Posted): Promise<Answer> => {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(url, { ...posted, signal: AbortSignal.any([signal, timeout]) });
    const bytes = await bytesOf(response);
    return { status: response.statusCode ?? 0, date: response.headers.date, bytes };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) throw new Unlisted(`${url.host} did not answer within ${timeoutMs / 1000} s`);
    throw unlisted(error, url);
  }
};

const send = async (
  url: URL,
  { body, headers, takesLoopback, signal }: Omit<Posted, 'timeoutMs'>,
): Promise<IncomingMessage> => {
  const check = (address: string): void => {
    const refusal = refusalOf(address, url, takesLoopback);
    if (refusal === undefined) return;
    throw new Unlisted(`${url.host} is not asked: ${refusal}. Correct NXCLOUD_GATEWAY`, { isFinal: true });
  };
  const address = addressIn(url);
  if (address !== undefined) check(address);
  const { request } = url.protocol === 'https:' ? https : http;
  const sent = request(url, {
    method: 'POST',
    agent: false,
    lookup: checkedLookup(check),
    signal,
    headers: {
      ...{ accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'nxcloud-callbacks' },
      ...headers,
      'content-length': Buffer.byteLength(body),
    },
  });
  // Once the answer has begun, its stream reports failures.
  sent.on('error', () => {});
  sent.end(body);
  const [response] = await once(sent, 'response');
  return response;
};

const bytesOf = async (response: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      throw new Unlisted(`the answer is larger than ${MAX_BYTES / MB} MB`, { isFinal: true });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const unlisted = (error: unknown, { host }: URL): Unlisted => {
  if (error instanceof Unlisted) return error;
  if (error instanceof NoAddress) return new Unlisted(`${host} has no address`);
  const { code, name } = error as NodeJS.ErrnoException;
  return new Unlisted(`no connection to ${host}: ${code ?? name}`);
};

import http from 'node:http';
import https from 'node:https';
import { checkedLookup, NoAddress } from '../network/checked-lookup.ts';
import { addressIn, refusalOf } from '../network/may-connect.ts';
import type { WebhookJob } from './job.ts';
import { signatureHeaders } from './sign.ts';

const TIMEOUT_MS = 10_000;

/** Why an endpoint did not accept an event, in its name. */
export class Undelivered extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = reason;
  }
}

/**
 * Sends a signed event to an endpoint; returns the status, a 2xx. It follows no redirect, waits at
 * most 10 s, and connects to public addresses by https only; with `takesLoopback`, also to this
 * machine. Rejects with Undelivered.
 */
export const deliver = async (
  url: URL,
  { id, body }: Pick<WebhookJob, 'id' | 'body'>,
  { secrets, takesLoopback }: { secrets: readonly string[]; takesLoopback: boolean },
): Promise<number> => {
  const check = (address: string): void => {
    const refusal = refusalOf(address, url, takesLoopback);
    if (refusal !== undefined) throw new Undelivered(refusal);
  };
  const address = addressIn(url);
  if (address !== undefined) check(address);
  const status = await post(url, {
    body,
    lookup: checkedLookup(check),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'nxcloud-callbacks',
      ...signatureHeaders(id, body, secrets, new Date()),
    },
  });
  if (status < 200 || status > 299) throw new Undelivered(`status ${status}`);
  return status;
};

type Posted = { body: string; headers: Record<string, string>; lookup: ReturnType<typeof checkedLookup> };

const post = (url: URL, { body, headers, lookup }: Posted): Promise<number> =>
  new Promise((resolve, reject) => {
    const { request: send } = url.protocol === 'https:' ? https : http;
    const request = send(url, {
      method: 'POST',
      agent: false,
      lookup,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      // Bounds the whole answer; the request's own timeout bounds only idle gaps.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    request.once('error', (error) => reject(reasonOf(error)));
    request.once('response', (response) => {
      // Its body is of no use, and could be endless.
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.end(body);
  });

const reasonOf = (error: NodeJS.ErrnoException): Undelivered => {
  if (error instanceof Undelivered) return error;
  if (error instanceof NoAddress) return new Undelivered(error.name);
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return new Undelivered('no answer in time');
  return new Undelivered(`no connection ${error.code ?? ''}`.trim());
};

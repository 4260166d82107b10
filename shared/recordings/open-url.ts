import type { lookup as systemLookup } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { checkedLookup, NoAddress } from '../network/checked-lookup.ts';
import { addressIn, hostOf, refusalOf } from '../network/may-connect.ts';
import { refused, Unfetched } from './unfetched.ts';

export type OpenOptions = {
  /** Which hosts are allowed, redirects included. */
  isHost: (host: string) => boolean;
  /** Whether to allow this machine too, also without TLS. */
  takesLoopback: boolean;
  /** Ends the transfer at any point. */
  signal: AbortSignal;
  /** How long an answer may take to begin, and how long it may pause. */
  headersMs?: number;
  idleMs?: number;
  /** The resolver of host names. */
  lookup?: typeof systemLookup;
};

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
const HEADERS_MS = 10_000;
const IDLE_MS = 30_000;

/**
 * Opens a URL from an untrusted source and follows its redirects, to public https hosts only,
 * whatever the spelling, the name server or the redirect. Rejects with Unfetched.
 */
export const openUrl = async (url: string, options: OpenOptions): Promise<IncomingMessage> => {
  let target = read(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    check(target, options);
    const response = await get(target, options);
    const { statusCode = 0, headers } = response;
    if (!REDIRECTS.includes(statusCode) || headers.location === undefined) return response;
    response.destroy();
    target = read(headers.location, target);
  }
  throw refused(`refused: more than ${MAX_REDIRECTS} redirects`);
};

const read = (url: string, base?: URL): URL => {
  const parsed = URL.parse(url, base?.href);
  if (parsed === null) throw refused('refused: it is not a URL');
  return parsed;
};

/** Throws if the URL itself is not allowed. */
const check = (target: URL, options: OpenOptions): void => {
  const { protocol, username, password } = target;
  if (!['https:', 'http:'].includes(protocol)) throw refused('refused: it is not https');
  if (username || password) throw refused('refused: it has a user name or a password');
  if (!options.isHost(hostOf(target))) throw refused('refused: RECORDING_HOSTS does not have its host');
  if (protocol === 'http:' && !options.takesLoopback) throw refused('refused: it is not https');
  const address = addressIn(target);
  if (address !== undefined) checkAddress(address, target, options);
};

const REFUSED = { 'address not public': 'its address is not public', 'not https': 'it is not https' };

const checkAddress = (address: string, target: URL, { takesLoopback }: OpenOptions): void => {
  const refusal = refusalOf(address, target, takesLoopback);
  if (refusal !== undefined) throw refused(`refused: ${REFUSED[refusal]}`);
};

const get = (target: URL, options: OpenOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { signal, headersMs = HEADERS_MS, idleMs = IDLE_MS } = options;
    const { get: send } = target.protocol === 'https:' ? https : http;
    const request = send(target, {
      signal,
      agent: false,
      lookup: checkedLookup((address) => checkAddress(address, target, options), options.lookup),
      headers: {
        accept: 'audio/*, */*;q=0.1',
        'accept-encoding': 'identity',
        'user-agent': 'nxcloud-callbacks',
      },
    });
    const timer = setTimeout(
      () => request.destroy(new Unfetched(`no answer within ${headersMs / 1000} s`)),
      headersMs,
    );
    request.once('close', () => clearTimeout(timer));
    request.once('error', (error) => reject(unfetched(error, signal)));
    request.once('response', (response) => {
      clearTimeout(timer);
      response.setTimeout(idleMs, () =>
        response.destroy(new Unfetched(`it stopped for ${idleMs / 1000} s in the middle`)),
      );
      resolve(response);
    });
  });

/** A network error as a reason. */
export const unfetched = (error: unknown, signal: AbortSignal): Unfetched => {
  if (error instanceof Unfetched) return error;
  if (error instanceof NoAddress) return new Unfetched(error.name);
  if (signal.aborted) return new Unfetched('it took too long');
  const { code, name } = error as NodeJS.ErrnoException;
  return new Unfetched(`no connection: ${code ?? name}`);
};

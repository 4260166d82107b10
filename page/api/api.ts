import { accessToken, endSession, renew } from '../sign-in/session.ts';
import { ApiError, type ApiErrorKind } from './api-error.ts';
import { noteServerTime } from './server-time.ts';

/** Parameters of the URL; undefined and empty ones are left out. */
export type Parameters = Readonly<Record<string, string | number | string[] | undefined>> | URLSearchParams;

export type Request = {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Parameters | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
};

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;
const TRANSIENT = [429, 502, 503, 504];

/**
 * Sends a request to the API. It renews a refused token, and retries while the API is briefly
 * unavailable. Throws an ApiError or, if the caller gave up, an AbortError.
 */
export const api = async <Answer>(path: string, request: Request = {}): Promise<Answer> => {
  const response = await answered(path, request);
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body as Answer;
  throw new ApiError(kindOf(response.status, body), `${path} answered ${response.status}`, body);
};

const answered = async (path: string, request: Request): Promise<Response> => {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(path, request).catch((error: unknown) => {
      if (request.signal?.aborted || error instanceof ApiError) throw error;
      if (isLast(attempt, request)) throw new ApiError('offline', `${path} could not be reached`);
      return undefined;
    });
    if (response && !(TRANSIENT.includes(response.status) && !isLast(attempt, request))) return response;
    await pause(waitFor(attempt, response), request.signal);
  }
};

// A request that changes something is sent once: it may have been executed without an answer.
const isLast = (attempt: number, { method = 'GET' }: Request): boolean =>
  attempt >= ATTEMPTS || method !== 'GET';

const send = async (path: string, request: Request): Promise<Response> => {
  const response = await fetched(path, request, await accessToken());
  if (response.status !== 401) return response;
  const again = await fetched(path, request, await renew());
  if (again.status !== 401) return again;
  endSession();
  throw new ApiError('ended', `${path} refused the token`);
};

const fetched = (path: string, { method = 'GET', query, body, signal }: Request, token: string) => {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(path + queryOf(query), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).then(noteServerTime);
};

const queryOf = (query: Parameters = {}): string => {
  if (query instanceof URLSearchParams) return query.size > 0 ? `?${query}` : '';
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) if (one !== '') parameters.append(name, String(one));
  }
  return parameters.size > 0 ? `?${parameters}` : '';
};

const kindOf = (status: number, { error }: { error?: unknown }): ApiErrorKind => {
  if (error === 'too_many') return 'tooMany';
  if (status === 400) return 'invalid';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'notFound';
  return 'unavailable';
};

const waitFor = (attempt: number, response: Response | undefined): number => {
  const asked = Number(response?.headers.get('retry-after'));
  const seconds = asked > 0 ? Math.min(asked, 5) : attempt;
  return seconds * 1000 * (0.75 + Math.random() / 2);
};

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

import { ApiError } from '../api/api-error.ts';
import { loadConfiguration } from '../state/configuration.ts';
import { go } from '../state/location.ts';
import { store } from '../state/store.ts';
import {
  beginSignIn,
  endSessionUrl,
  finishSignIn,
  isRefused,
  type Pending,
  refresh,
  revoke,
  type Tokens,
} from './provider.ts';

/**
 * Whether somebody is signed in. `ended`: the session has ended, and the view stays until the next
 * sign-in.
 */
export type Session =
  | { state: 'starting' | 'ended' | 'signedOut' }
  | { state: 'signedIn'; user: string | undefined }
  | { state: 'failed'; reason: string };

export const session = store<Session>({ state: 'starting' });

let tokens: Tokens | undefined;
let server: Pending['server'] | undefined;

const PENDING = 'sign-in';
const SIGNED_OUT = 'signed-out';

/** Signs in when the page is loaded: handles the return from the provider, or goes there. */
export const startSession = async (): Promise<void> => {
  try {
    if (location.pathname === '/signed-in') return await comeBack();
    if (sessionStorage.getItem(SIGNED_OUT)) return session.set({ state: 'signedOut' });
    await signIn();
  } catch (error) {
    session.set({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
};

/**
 * Goes to the provider and returns to the present address, at once if the user is signed in there.
 */
export const signIn = async (): Promise<void> => {
  sessionStorage.removeItem(SIGNED_OUT);
  const returnTo = location.pathname === '/signed-in' ? '/' : location.pathname + location.search;
  const { pending, url } = await beginSignIn(await loadConfiguration(), returnTo);
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  location.replace(url);
};

const comeBack = async (): Promise<void> => {
  const address = new URL(location.href);
  const written = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  const pending: Pending | undefined = written === null ? undefined : JSON.parse(written);
  // Removes the code from the address before anything else happens.
  go(pending?.returnTo ?? '/', { replace: true });
  if (pending === undefined) return signIn();
  tokens = await finishSignIn(await loadConfiguration(), pending, address);
  server = pending.server;
  session.set({ state: 'signedIn', user: tokens.user });
};

const EARLY_MS = 60_000;

/** A token that is valid for a request now. */
export const accessToken = async (): Promise<string> => {
  if (tokens === undefined || session.get().state !== 'signedIn')
    throw new ApiError('ended', 'not signed in');
  return tokens.expiresAt - EARLY_MS > Date.now() ? tokens.accessToken : renew();
};

let renewing: Promise<string> | undefined;

/** A new token; concurrent callers share one request. */
export const renew = (): Promise<string> => {
  renewing ??= fetchToken().finally(() => {
    renewing = undefined;
  });
  return renewing;
};

const fetchToken = async (): Promise<string> => {
  try {
    if (tokens?.refreshToken === undefined || server === undefined)
      throw new ApiError('ended', 'no refresh token');
    tokens = await refresh(await loadConfiguration(), server, tokens);
    return tokens.accessToken;
  } catch (error) {
    if (!(error instanceof ApiError || isRefused(error))) throw error;
    endSession();
    throw new ApiError('ended', 'the session has ended');
  }
};

/** The API no longer accepts the tokens of this session. */
export const endSession = (): void => {
  tokens = undefined;
  session.set({ state: 'ended' });
};

/** Deletes the tokens here, and revokes them at the provider. */
export const signOut = async (): Promise<void> => {
  const configuration = await loadConfiguration();
  const [known, at] = [tokens, server];
  tokens = undefined;
  sessionStorage.setItem(SIGNED_OUT, 'yes');
  session.set({ state: 'signedOut' });
  go('/', { replace: true });
  if (known === undefined || at === undefined) return;
  // Signing out does not wait for an unavailable provider.
  await Promise.race([revoke(configuration, at, known).catch(() => {}), pause(2_000)]);
  const url = endSessionUrl(configuration, at);
  if (url) location.assign(url);
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

import * as oauth from 'oauth4webapi';
import type { Configuration } from '../state/configuration.ts';

/** Kept while the browser is at the provider, and removed when it returns. */
export type Pending = {
  server: oauth.AuthorizationServer;
  verifier: string;
  state: string;
  /** The address in the page before the sign-in. */
  returnTo: string;
};

/** The result of a sign-in. It stays in memory only. */
export type Tokens = {
  accessToken: string;
  refreshToken: string | undefined;
  /** When the access token expires, in milliseconds. */
  expiresAt: number;
  /** The user, from the ID token. */
  user: string | undefined;
};

const redirectUri = (): string => `${location.origin}/signed-in`;

// The provider of `npm start` has no certificate.
const insecureIf = (issuer: string) => ({
  [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:',
});

// Clocks of people's machines are minutes off.
const clientOf = ({ clientId }: Configuration): oauth.Client => ({
  client_id: clientId,
  [oauth.clockTolerance]: 300,
});

const discover = async (issuer: string): Promise<oauth.AuthorizationServer> => {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecureIf(issuer)));
};

/** What to keep, and where to send the browser. */
export const beginSignIn = async (
  configuration: Configuration,
  returnTo: string,
): Promise<{ pending: Pending; url: URL }> => {
  const server = await discover(configuration.issuer);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint ?? '');
  for (const [name, value] of Object.entries({
    client_id: configuration.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: scopesOf(server, configuration),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })) {
    url.searchParams.set(name, value);
  }
  return { pending: { server, verifier, state, returnTo }, url };
};

// Cognito issues a refresh token without this scope, and refuses the scope; other providers need
// it.
const scopesOf = ({ scopes_supported }: oauth.AuthorizationServer, { scope }: Configuration): string =>
  [
    'openid',
    'email',
    scope,
    ...(scopes_supported?.includes('offline_access') ? ['offline_access'] : []),
  ].join(' ');

/** Exchanges the code that the browser returned with for the tokens. */
export const finishSignIn = async (
  configuration: Configuration,
  { server, verifier, state }: Pending,
  address: URL,
): Promise<Tokens> => {
  const client = clientOf(configuration);
  const parameters = oauth.validateAuthResponse(server, client, address, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    verifier,
    insecureIf(configuration.issuer),
  );
  return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, response), undefined);
};

/** Whether a refresh token is no longer valid, as opposed to a provider that did not answer. */
export const isRefused = (error: unknown): boolean => error instanceof oauth.ResponseBodyError;

/** New tokens for a refresh token. */
export const refresh = async (
  configuration: Configuration,
  server: oauth.AuthorizationServer,
  before: Tokens,
): Promise<Tokens> => {
  const client = clientOf(configuration);
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    before.refreshToken ?? '',
    insecureIf(configuration.issuer),
  );
  return tokensOf(await oauth.processRefreshTokenResponse(server, client, response), before);
};

const tokensOf = (answer: oauth.TokenEndpointResponse, before: Tokens | undefined): Tokens => {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const user = claims?.email ?? claims?.preferred_username ?? claims?.name ?? before?.user ?? claims?.sub;
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    expiresAt: Date.now() + (answer.expires_in ?? 3600) * 1000,
    user: user === undefined ? undefined : String(user),
  };
};

/** Revokes a refresh token, if the provider supports that. */
export const revoke = async (
  configuration: Configuration,
  server: oauth.AuthorizationServer,
  { refreshToken }: Tokens,
): Promise<void> => {
  if (refreshToken === undefined || server.revocation_endpoint === undefined) return;
  await oauth.revocationRequest(
    server,
    clientOf(configuration),
    oauth.None(),
    refreshToken,
    insecureIf(configuration.issuer),
  );
};

/** The address at which the provider ends its own session, if it has one. */
export const endSessionUrl = (
  { clientId }: Configuration,
  { end_session_endpoint }: oauth.AuthorizationServer,
): URL | undefined => {
  if (end_session_endpoint === undefined) return undefined;
  const url = new URL(end_session_endpoint);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('post_logout_redirect_uri', `${location.origin}/`);
  // Cognito's own parameter name.
  url.searchParams.set('logout_uri', `${location.origin}/`);
  return url;
};

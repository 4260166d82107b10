import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, UnsecuredJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { describe, expect, inject, test, vi } from 'vitest';
import { jwtAuthorizer } from '../../local/authorizer.ts';
import { startBrowser } from '../support/browser.ts';
import { machineToken } from '../support/machine-token.ts';
import { post } from '../support/pipeline.ts';
import { claimsWith, type Deviations, kid, tokenWith } from '../support/tokens.ts';

const { apiUrl, issuer } = inject('stack');
const origin = new URL(apiUrl).origin;

const ask = (path: string, token?: string) =>
  fetch(`${origin}${path}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

const answerTo = async (token?: string, path = '/api/calls') => {
  const response = await ask(path, token);
  return { status: response.status, body: await response.json() };
};

const UNAUTHORIZED = { status: 401, body: { message: 'Unauthorized' } };
const FORBIDDEN = { status: 403, body: { message: 'Forbidden' } };
const API = ['/api/calls', '/api/call?pk=pns%231', '/api/agents', '/api/openapi.json'];

const soon = () => Math.floor(Date.now() / 1000) + 3600;

describe('a token lets its bearer read', () => {
  test('that a machine got for its secret', async () => {
    const token = await machineToken(issuer);
    for (const path of ['/api/calls', '/api/agents', '/api/openapi.json']) {
      expect(await ask(path, token)).toMatchObject({ status: 200 });
    }
  });

  test.each<[string, Deviations]>([
    ['with the audience of the API', {}],
    ['with the audience among others', { aud: ['other', 'local'] }],
    ['with no audience but the client id, like those of Cognito', { aud: undefined }],
    ['with the scope among others', { scope: 'openid calls/read email' }],
  ])('%s', async (_, deviations) => {
    expect(await answerTo(await tokenWith(deviations))).toMatchObject({ status: 200 });
  });

  test('without the word Bearer before it', async () => {
    const headers = { authorization: await tokenWith() };
    expect(await fetch(`${apiUrl}/calls`, { headers })).toMatchObject({ status: 200 });
  });
});

describe('nobody reads', () => {
  test.each(API)('%s without a token', async (path) => {
    expect(await answerTo(undefined, path)).toEqual(UNAUTHORIZED);
  });

  test.each<[string, Deviations]>([
    ['that has expired', { exp: soon() - 3660 }],
    ['that never expires', { exp: undefined }],
    ['that is not valid yet', { nbf: soon() }],
    ['of the future', { iat: soon() }],
    ['of another issuer', { iss: 'http://127.0.0.1:1' }],
    ['of no issuer', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['for another audience by the same client', { aud: 'other', client_id: 'local' }],
    ['of another client', { aud: undefined, client_id: 'other' }],
    ['of no client', { aud: undefined, client_id: undefined }],
  ])('with a token %s', async (_, deviations) => {
    expect(await answerTo(await tokenWith(deviations))).toEqual(UNAUTHORIZED);
  });

  test('with a token without a signature', async () => {
    const unsecured = new UnsecuredJWT(claimsWith()).encode();
    expect(await answerTo(unsecured)).toEqual(UNAUTHORIZED);
  });

  test('with a token that is signed by another key of the same name', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    expect(await answerTo(await tokenWith({}, { key: await exportJWK(privateKey) }))).toEqual(UNAUTHORIZED);
  });

  test('with a token that is signed with the public key as a secret', async () => {
    const [jwk] = ((await (await fetch(`${issuer}/jwks`)).json()) as { keys: { n: string }[] }).keys;
    const key = Buffer.from(jwk?.n ?? '');
    const header = { alg: 'HS256', kid };
    expect(await answerTo(await tokenWith({}, { key, header }))).toEqual(UNAUTHORIZED);
  });

  test('with a token that was changed after it was signed', async () => {
    const [header, , signature] = (await tokenWith({ scope: 'openid' })).split('.');
    const claims = Buffer.from(JSON.stringify(claimsWith())).toString('base64url');
    expect(await answerTo([header, claims, signature].join('.'))).toEqual(UNAUTHORIZED);
  });

  test('with a token that names no key', async () => {
    expect(await answerTo(await tokenWith({}, { header: { alg: 'RS256' } }))).toEqual(UNAUTHORIZED);
  });

  test.each(['local', 'a.b.c', '{}'])('with %s as a token', async (token) => {
    expect(await answerTo(token)).toEqual(UNAUTHORIZED);
  });

  test.each<[string, Deviations]>([
    ['without a scope', { scope: undefined }],
    ['with another scope', { scope: 'openid calls/write calls/readers' }],
  ])('with a token %s', async (_, deviations) => {
    expect(await answerTo(await tokenWith(deviations))).toEqual(FORBIDDEN);
  });

  test('is told why', async () => {
    const reasonFor = async (token?: string) =>
      (await ask('/api/calls', token)).headers.get('www-authenticate');

    expect(await reasonFor()).toBe('Bearer');
    expect(await reasonFor(await tokenWith({ aud: 'other' }))).toBe(
      'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
    );
  });
});

test('a function is told of a token as API Gateway tells it', async () => {
  const token = await tokenWith({
    exp: 4102444800,
    groups: ['calls', 'admin'],
    address: { city: 'x' },
    none: null,
  });
  const check = jwtAuthorizer({ issuerUrl: issuer, audience: ['local'] });

  expect(await check(`Bearer ${token}`, ['calls/read'])).toMatchObject({
    claims: { sub: 'local', exp: '4102444800', groups: '[calls admin]', address: '{"city":"x"}' },
    scopes: ['calls/read'],
  });
  expect(await check(`Bearer ${token}`, [])).toMatchObject({ scopes: null });
  expect(await check(`Bearer ${token}`, [])).not.toHaveProperty('claims.none');
});

test('nobody reads if the issuer cannot be asked for its keys', async () => {
  const check = jwtAuthorizer({ issuerUrl: 'http://127.0.0.1:1', audience: ['local'] });

  expect(await check(`Bearer ${await tokenWith()}`, [])).toMatchObject({ status: 401 });
});

describe('by a host name that is not this machine', () => {
  // fetch sends the name that it connects to.
  const statusAt = async (url: string, host: string, { method = 'GET', body = '', headers = {} } = {}) => {
    const sent = request(url, { method, headers: { host, ...headers } }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await text(response);
    return response.statusCode;
  };
  const { port } = new URL(origin);
  const foreign = ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.', '0.0.0.0'];

  test.each(foreign)('%j is nothing read', async (host) => {
    const headers = { authorization: `Bearer ${await machineToken(issuer)}` };

    for (const path of API) expect(await statusAt(`${origin}${path}`, host, { headers })).toBe(403);
    expect(await statusAt(`${origin}/config.json`, host)).toBe(403);
    expect(await statusAt(`${issuer}/.well-known/openid-configuration`, host)).toBe(403);
    expect(await statusAt(`${issuer}/token`, host, { method: 'POST' })).toBe(403);
  });

  test.each(['127.0.0.1', `localhost:${port}`, `[::1]:${port}`, 'LOCALHOST:8080'])(
    '%s is read',
    async (host) => {
      expect(await statusAt(`${origin}/config.json`, host)).toBe(200);
      expect(await statusAt(`${issuer}/.well-known/openid-configuration`, host)).toBe(200);
    },
  );

  test('callbacks are received, as through a tunnel', async () => {
    const options = { method: 'POST', body: '{"id":1304001}' };

    expect(await statusAt(`${origin}/pns/callback?token=local`, 'a.tunnel.example', options)).toBe(200);
  });
});

describe('a person who signs in', () => {
  const client: oauth.Client = { client_id: 'local' };
  const insecure = { [oauth.allowInsecureRequests]: true };
  const redirectUri = `${origin}/signed-in`;

  const discover = async () => {
    const url = new URL(issuer);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
  };

  const signIn = async (scope = 'openid email calls/read') => {
    const server = await discover();
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = new URL(server.authorization_endpoint ?? '');
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    url.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }).toString();
    const browser = startBrowser();
    const form = await browser.visit(url, { until: redirectUri });
    expect(form.text).toContain('Sign in as local');
    const { at } = await browser.visit(form.at, { method: 'POST', until: redirectUri });
    const parameters = oauth.validateAuthResponse(server, client, at, state);
    const exchange = (codeVerifier: string) =>
      oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        parameters,
        redirectUri,
        codeVerifier,
        insecure,
      );
    return { server, verifier, exchange, browser, url };
  };

  const tokensOf = async ({ server, exchange, verifier }: Awaited<ReturnType<typeof signIn>>) =>
    oauth.processAuthorizationCodeResponse(server, client, await exchange(verifier));

  test('reads, and goes on with a refresh token that is good once', async () => {
    const signedIn = await signIn();
    const tokens = await tokensOf(signedIn);
    expect(await answerTo(tokens.access_token)).toMatchObject({ status: 200 });
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: 'local', email: 'local@localhost' });

    const refresh = async (token = '') => {
      const response = await oauth.refreshTokenGrantRequest(
        signedIn.server,
        client,
        oauth.None(),
        token,
        insecure,
      );
      return oauth.processRefreshTokenResponse(signedIn.server, client, response);
    };
    const refreshed = await refresh(tokens.refresh_token);
    expect(await answerTo(refreshed.access_token)).toMatchObject({ status: 200 });
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    await expect(refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('reads nothing with the ID token', async () => {
    const { id_token } = await tokensOf(await signIn());

    expect(await answerTo(id_token)).toEqual(FORBIDDEN);
  });

  test('reads nothing with a token for which the scope was not asked', async () => {
    const { access_token } = await tokensOf(await signIn('openid'));

    expect(await answerTo(access_token)).toEqual(FORBIDDEN);
  });

  test('gets no token by a code that somebody else asked for', async () => {
    const { exchange } = await signIn();

    expect(await exchange(oauth.generateRandomCodeVerifier())).toMatchObject({ status: 400 });
  });

  test('does so once, not once for each page', async () => {
    const { browser, url } = await signIn();

    const { at } = await browser.visit(url, { until: redirectUri });
    expect(at.searchParams.has('code')).toBe(true);
  });

  test('is sent to this page only', async () => {
    const { url } = await signIn();
    url.searchParams.set('redirect_uri', 'http://127.0.0.1:1/signed-in');

    expect(await fetch(url)).toMatchObject({ status: 400 });
  });

  test('gets tokens from this page only', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'local', client_secret: 'local' };
    const allowedFrom = async (from: string) => {
      const options = { method: 'POST', body: new URLSearchParams(form), headers: { origin: from } };
      return (await fetch(`${issuer}/token`, options)).headers.get('access-control-allow-origin');
    };

    expect(await allowedFrom(origin)).toBe(origin);
    expect(await allowedFrom('http://evil.example')).toBe(null);
  });

  test('finds out where from what everybody may know', async () => {
    expect(await (await ask('/config.json')).json()).toMatchObject({
      issuer,
      clientId: 'local',
      scope: 'calls/read',
      stage: 'local',
    });
  });
});

test('a call can be read as soon as it is received', async () => {
  const token = await machineToken(issuer);
  const id = 1304002;
  const startedAt = performance.now();
  await post('pns', { id, caller: '85235757583', startAt: Math.floor(Date.now() / 1000) });
  const find = async () => {
    const { calls } = (await (await ask('/api/calls?callback=pns', token)).json()) as {
      calls: { pk: string }[];
    };
    return calls.find(({ pk }) => pk === `pns#${id}`);
  };

  expect(await vi.waitUntil(find, { timeout: 150_000, interval: 20 })).toBeDefined();
  process.stdout.write(
    `   In GET /api/calls ${Math.round(performance.now() - startedAt)} ms after it was posted\n`,
  );
});

test.each(['/cc/callback', '/api/typo', '/api', '/api/calls/'])('GET %s is not found', async (path) => {
  const notFound = { status: 404, body: { message: 'Not Found' } };

  expect(await answerTo(undefined, path)).toEqual(notFound);
  expect(await answerTo(await machineToken(issuer), path)).toEqual(notFound);
});

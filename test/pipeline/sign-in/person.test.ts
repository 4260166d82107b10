import * as oauth from 'oauth4webapi';
import { describe, expect, inject, test } from 'vitest';
import { startBrowser } from '../../support/browser.ts';
import { answerTo, ask, FORBIDDEN } from '../../support/questions.ts';

const { apiUrl, issuer } = inject('stack');
const { origin } = new URL(apiUrl);

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

  test('reads, and continues with a refresh token that works once', async () => {
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

  test('reads nothing with a token without the scope', async () => {
    const { access_token } = await tokensOf(await signIn('openid'));

    expect(await answerTo(access_token)).toEqual(FORBIDDEN);
  });

  test("gets no token by somebody else's code", async () => {
    const { exchange } = await signIn();

    expect(await exchange(oauth.generateRandomCodeVerifier())).toMatchObject({ status: 400 });
  });

  test('does so once, not once for each page', async () => {
    const { browser, url } = await signIn();

    const { at } = await browser.visit(url, { until: redirectUri });
    expect(at.searchParams.has('code')).toBe(true);
  });

  test('is sent only to this page', async () => {
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

  test('sees nothing from other sites', async () => {
    const { server, browser, url } = await signIn();
    const wrong = new URL(`${url.origin}${url.pathname}?client_id=<b>`);
    const pages = [
      await startBrowser().visit(url, { until: redirectUri }),
      await browser.visit(new URL(server.end_session_endpoint ?? ''), { until: redirectUri }),
      await browser.visit(wrong, { until: redirectUri }),
    ];
    expect(pages.map(({ text }) => /<h1>(.+)<\/h1>/.exec(text)?.[1])).toEqual([
      'Sign in',
      'Sign out',
      'Sign in',
    ]);
    for (const { text } of pages) {
      expect(text.replaceAll(issuer, '')).not.toMatch(/https?:|<b>|<script/);
    }
  });

  test('finds the sign-in in public settings', async () => {
    expect(await (await ask('/config.json')).json()).toMatchObject({
      issuer,
      clientId: 'local',
      scope: 'calls/read',
      stage: 'local',
    });
  });
});

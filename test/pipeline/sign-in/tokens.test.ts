import { exportJWK, generateKeyPair, UnsecuredJWT } from 'jose';
import { describe, expect, inject, test, vi } from 'vitest';
import { jwtAuthorizer } from '../../../local/authorizer.ts';
import { machineToken } from '../../support/machine-token.ts';
import { post } from '../../support/pipeline.ts';
import { API, answerTo, ask, FORBIDDEN, UNAUTHORIZED } from '../../support/questions.ts';
import { claimsWith, type Deviations, kid, tokenWith } from '../../support/tokens.ts';

const { apiUrl, issuer } = inject('stack');

const soon = () => Math.floor(Date.now() / 1000) + 3600;

describe('a token lets its bearer read', () => {
  test('that a machine gets by its secret', async () => {
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

  test('gets the reason', async () => {
    const reasonFor = async (token?: string) =>
      (await ask('/api/calls', token)).headers.get('www-authenticate');

    expect(await reasonFor()).toBe('Bearer');
    expect(await reasonFor(await tokenWith({ aud: 'other' }))).toBe(
      'Bearer scope="" error="invalid_token" error_description="the token has no valid audience"',
    );
  });
});

test("a function gets a token's claims as from API Gateway", async () => {
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

test("nobody reads if the issuer's keys cannot be loaded", async () => {
  const check = jwtAuthorizer({ issuerUrl: 'http://127.0.0.1:1', audience: ['local'] });

  expect(await check(`Bearer ${await tokenWith()}`, [])).toMatchObject({ status: 401 });
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

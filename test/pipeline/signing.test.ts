import { beforeEach, expect, test, vi } from 'vitest';
import { defaultProvider } from '../../infrastructure/environment-credentials.ts';
import { signer } from '../../shared/receiving/signer.ts';

const REQUEST = {
  method: 'POST',
  protocol: 'https:',
  hostname: 'localhost',
  path: '/',
  headers: {},
  body: '{}',
};

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
  return () => vi.unstubAllEnvs();
});

test('signs for SQS in the region of the function, session token included', async () => {
  const { headers } = await signer.sign(REQUEST);

  expect(headers).toMatchObject({ 'x-amz-security-token': 'session' });
  expect(headers.authorization).toMatch(/ Credential=key\/\d{8}\/eu-central-1\/sqs\/aws4_request, /);
  expect(headers.authorization).toMatch(/ SignedHeaders=\S*x-amz-security-token/);
});

test('signs without a session token where there is none', async () => {
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  const { headers } = await signer.sign(REQUEST);

  expect(headers).not.toHaveProperty('x-amz-security-token');
});

test('signs with the secret of the environment', async () => {
  const signedAt = { signingDate: new Date() };
  const { headers: one } = await signer.sign(REQUEST, signedAt);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
  const { headers: other } = await signer.sign(REQUEST, signedAt);

  expect(other.authorization).not.toBe(one.authorization);
});

test('hands the credentials of the environment to the SDK, session token included', async () => {
  expect(await defaultProvider()()).toEqual({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'session',
  });
});

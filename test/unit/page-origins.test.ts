import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { origins } from '../../shared/page/origins.ts';

let server: Server;
let issuer: string;
let isUp: boolean;
let asked: number;

beforeEach(async () => {
  [isUp, asked] = [true, 0];
  server = createServer((request, response) => {
    asked += 1;
    response.statusCode = isUp && request.url === '/pool/.well-known/openid-configuration' ? 200 : 500;
    response.end(JSON.stringify({ issuer, token_endpoint: 'https://pool.auth.example.com/oauth2/token' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
  vi.stubEnv('OIDC_ISSUER', issuer);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
});

test("the sign-in's origins are the issuer and its endpoints, loaded once", async () => {
  expect((await origins()).signIn).toEqual([new URL(issuer).origin, 'https://pool.auth.example.com']);
  await origins();

  expect(asked).toBe(1);
});

test('a provider that does not answer is retried next time', async () => {
  isUp = false;
  expect((await origins()).signIn).toEqual([new URL(issuer).origin]);
  isUp = true;

  expect((await origins()).signIn).toContain('https://pool.auth.example.com');
});

test.each([
  ['ap-southeast-1', 'https://files.s3.ap-southeast-1.amazonaws.com'],
  ['cn-north-1', 'https://files.s3.cn-north-1.amazonaws.com.cn'],
])('files are in the bucket, in %s at %s', async (region, origin) => {
  vi.stubEnv('FILES_BUCKET', 'files');
  vi.stubEnv('AWS_REGION', region);

  expect((await origins()).files).toEqual([origin]);
});

test('without a bucket there are no files', async () => {
  vi.stubEnv('FILES_BUCKET', '');

  expect((await origins()).files).toEqual([]);
});

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, inject, test } from 'vitest';
import { machineToken } from '../../support/machine-token.ts';
import { API } from '../../support/questions.ts';

const { apiUrl, issuer } = inject('stack');
const { origin } = new URL(apiUrl);

describe('by a host name of another machine', () => {
  // fetch sends the name that it connects to.
  const statusAt = async (url: string, host: string, { method = 'GET', body = '', headers = {} } = {}) => {
    const sent = request(url, { method, headers: { host, ...headers } }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await text(response);
    return response.statusCode;
  };
  const { port } = new URL(origin);
  const foreign = ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.', '0.0.0.0'];

  test.each(foreign)('%j reads nothing', async (host) => {
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

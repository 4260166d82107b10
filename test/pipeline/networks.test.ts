import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';

describe('a receiver', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.resetModules();
  });

  const receive = async (networks: string, sourceIp: string, token: string) => {
    vi.stubEnv('ALLOWED_NETWORKS', networks);
    const { handler } = await import('../../functions/cc.ts');
    const event = {
      // Anybody can write this one.
      headers: { token, 'x-forwarded-for': '203.0.113.1' },
      requestContext: { http: { sourceIp } },
      body: JSON.stringify({ callId: randomUUID() }),
    };
    return handler(event as unknown as APIGatewayProxyEventV2, { awsRequestId: 'test' } as Context);
  };

  test('answers 403 from elsewhere, whatever token and x-forwarded-for say', async () => {
    for (const token of ['local', 'wrong']) {
      const answer = await receive('203.0.113.0/24', '192.0.2.1', token);
      expect(answer).toMatchObject({ statusCode: 403, body: '{"error":"forbidden"}' });
    }
  });

  test('still requires a token from an allowed network', async () => {
    expect(await receive('203.0.113.0/24', '203.0.113.1', 'wrong')).toMatchObject({ statusCode: 401 });
    expect(await receive('203.0.113.0/24', '203.0.113.1', 'local')).toMatchObject({ statusCode: 200 });
  });

  test('does not start with an unreadable network', async () => {
    await expect(receive('203.0.113.0/33', '203.0.113.1', 'local')).rejects.toThrow(/ALLOWED_NETWORKS/);
  });
});

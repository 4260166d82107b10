import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { get } from '../../support/api.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';

let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(inject('stack').dynamodbEndpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.endpoint;
});
afterAll(() => proxy.stop());

const ROUTES = [
  ['/api/calls', 'from=2026-11-01'],
  ['/api/calls', 'number=85211112222'],
  ['/api/calls', 'id=1'],
  ['/api/call', 'pk=cc%231'],
  ['/api/call', 'pk=cc%231&sk=body'],
  ['/api/agents', ''],
  ['/api/recording', 'pk=cc%231'],
] as const;

// What Lambda leaves the function, of which it keeps a second for the answer.
const REMAINING_MS = 1_500;

// Three attempts of 3 s each: what the SDK would take by itself.
const SDK_MS = 9_000;

const expectUnavailable = async () => {
  const answers = await Promise.all(ROUTES.map(([path, query]) => get(path, query, REMAINING_MS)));

  for (const answer of answers)
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { error: 'unavailable' },
    });
};

test.each<Fault>(['reset', 'error', 'throttle', 'hang', 'trickle-headers', 'trickle-body'])(
  'every route answers 503 with Retry-After, before its time is up, on %s',
  async (fault) => {
    proxy.faultOf = () => fault;
    const start = Date.now();
    await expectUnavailable();
    const tookMs = Date.now() - start;
    proxy.faultOf = () => undefined;

    expect(tookMs).toBeLessThan(SDK_MS);
  },
);

test('every route answers 503 if no connection is made, and 200 or 404 again after that', async () => {
  await proxy.refuse();
  await expectUnavailable();
  await proxy.accept();

  for (const [path, query] of ROUTES) expect([200, 404]).toContain((await get(path, query)).status);
});

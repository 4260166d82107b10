import { afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { callbacks } from '../../../shared/callbacks/list.ts';
import { refOf } from '../../../shared/deliveries/ref.ts';
import { logger } from '../../../shared/telemetry/logger.ts';
import { ask, storeCall } from '../../support/api.ts';
import { notArchived } from '../../support/archive.ts';
import { machineToken } from '../../support/machine-token.ts';
import { putDeliveries, useOwnTables } from '../../support/own-tables.ts';
import { callAt, deliveriesOf, post } from '../../support/pipeline.ts';
import { until } from '../../support/until.ts';

beforeAll(() => useOwnTables('api-remove-call'));
afterEach(() => vi.restoreAllMocks());

const time = String(Date.now());
const BODIES: Record<string, object[]> = {
  cc: [
    { callId: 'nxcloud-test-1', startTime: time },
    { callId: 'nxcloud-test-1', callDuration: 3 },
  ],
  predictive: [1, 3, 4].map((state) => ({ uuid: 'nxcloud-test-1', type: 2, state, time })),
  icc: [{ data: { id: 'nxcloud-test-1', communicateBeginTime: time } }],
  pns: [{ callId: 'nxcloud-test-1', startAt: time }],
};

test.each(callbacks.map(({ name }) => name))(
  'removes the bodies of a test call of %s, and the projector removes the call',
  async (callback) => {
    const { apiUrl, issuer } = inject('stack');
    const bodies = BODIES[callback] ?? [];
    const answers = await Promise.all(bodies.map((body) => post(callback, body)));
    const pk = String(answers[0]?.body.id);
    await callAt(pk, ({ versions }) => versions === bodies.length);
    const response = await fetch(`${apiUrl}/call?pk=${encodeURIComponent(pk)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${await machineToken(issuer)}` },
    });

    expect(await response.json()).toEqual({ removed: bodies.length });
    expect(await deliveriesOf(pk)).toEqual([]);
    const calls = `${apiUrl}/calls?id=nxcloud-test-1&callback=${callback}`;
    const authorization = `Bearer ${await machineToken(issuer)}`;
    await until(async () => {
      const found = (await (await fetch(calls, { headers: { authorization } })).json()) as {
        calls: object[];
      };
      return found.calls.length === 0;
    });
  },
);

test.each([
  'pns#45',
  'rejected#pns',
  'pns#call:x-nxcloud-test-1',
  'predictive#agent:nxcloud-test-1',
  '',
  'nxcloud-test-1',
])('does not remove %s, which is not a test call', async (pk) => {
  const kept = await storeCall('pns', { id: 45, startAt: 1 });

  expect(await ask('DELETE', '/api/call', { query: { pk } })).toMatchObject({
    status: 400,
    body: { issues: [{ path: 'pk', message: 'must be of a test call, whose id begins with nxcloud-test-' }] },
  });
  expect(await ask('GET', '/api/call', { query: { pk: kept } })).toMatchObject({ status: 200 });
});

test("also removes the archiver's results, which are no bodies", async () => {
  const pk = await storeCall('pns', { callId: 'nxcloud-test-3', startAt: 1 });
  await putDeliveries([notArchived(pk, 'recording', 'https://recordings.example/a', 'failed')]);

  expect(await ask('DELETE', '/api/call', { query: { pk } })).toMatchObject({ body: { removed: 1 } });
  expect(await ask('DELETE', '/api/call', { query: { pk } })).toMatchObject({ status: 404 });
});

test('answers 404 if there is none, and has an audit line for each removal', async () => {
  const pk = await storeCall('pns', { callId: 'nxcloud-test-2', startAt: 1 });
  const info = vi.spyOn(logger, 'info').mockImplementation(() => {});

  expect(await ask('DELETE', '/api/call', { query: { pk } })).toMatchObject({
    status: 200,
    body: { removed: 1 },
  });
  expect(await ask('DELETE', '/api/call', { query: { pk } })).toMatchObject({ status: 404 });
  expect(info.mock.calls).toEqual([
    ['audit', { calls: 1, action: 'test-removed', ref: refOf(pk), sub: 'reader-1', requestId: 'request-1' }],
  ]);
});

import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type MetricsEmulator, startMetrics } from '../../../local/metrics.ts';
import type { RejectedBody } from '../../../shared/deliveries/delivery.ts';
import { s3 } from '../../../shared/files/s3.ts';
import type { Outcome } from '../../../shared/telemetry/outcomes.ts';
import { ask, get, storeCall } from '../../support/api.ts';
import { reception } from '../../support/calls.ts';
import { machineToken } from '../../support/machine-token.ts';
import { putDeliveries, useOwnTables } from '../../support/own-tables.ts';
import { post } from '../../support/pipeline.ts';
import { until } from '../../support/until.ts';

const DAY_MS = 86_400_000;

let metrics: MetricsEmulator;
beforeAll(async () => {
  await useOwnTables('api-status');
  metrics = await startMetrics();
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH = metrics.endpoint;
});
afterAll(() => metrics.stop());

// The zone in which it is between noon and one o'clock: today and yesterday are hours away,
// whenever this runs.
beforeEach(() => {
  const east = 12 - new Date().getUTCHours();
  vi.stubEnv('TIME_ZONE', `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`);
});

/** Counts as a function of a stage does, in the line that Powertools prints. */
const count = (
  callback: string,
  outcome: Outcome,
  at = Date.now(),
  service = 'nxcloud-callbacks',
  times = 1,
) => {
  const Metrics = [{ Name: outcome, Unit: 'Count' }];
  const directive = { Namespace: 'NxcloudCallbacks', Dimensions: [['service', 'callback']], Metrics };
  const _aws = { Timestamp: at, CloudWatchMetrics: [directive] };
  metrics.line(JSON.stringify({ _aws, service, callback, [outcome]: times }));
};

const statusOf = async (callback: string) => {
  const { body } = await get('/api/status');
  return body.callbacks.find(({ name }: { name: string }) => name === callback);
};

test("counts the results of a callback's requests since midnight in the stage's zone", async () => {
  for (const outcome of ['Accepted', 'Accepted', 'Degraded', 'Refused', 'Refused', 'Anonymous'] as const)
    count('cc', outcome);
  count('cc', 'Rejected', Date.now() - 11 * 3_600_000);
  count('cc', 'Rejected', Date.now() - 14 * 3_600_000);
  count('cc', 'Accepted', Date.now(), 'another stage');
  count('icc', 'Accepted');

  expect((await statusOf('cc')).today).toEqual({ accepted: 2, degraded: 1, rejected: 1, refused: 3 });
  expect((await statusOf('predictive')).today).toEqual({ accepted: 0, degraded: 0, rejected: 0, refused: 0 });
});

test('says when a callback was last accepted: exactly if its call is new, by the counts if it has been silent', async () => {
  const ago = (days: number) => Date.now() - days * DAY_MS;
  const floor = (time: number, minutes: number) =>
    new Date(Math.floor(time / 60_000 / minutes) * 60_000 * minutes).toISOString();
  expect(await statusOf('pns')).not.toHaveProperty('lastReceivedAt');

  count('pns', 'Accepted', ago(300));
  expect((await statusOf('pns')).lastReceivedAt).toBe(floor(ago(300), 60));
  count('pns', 'Accepted', ago(30));
  expect((await statusOf('pns')).lastReceivedAt).toBe(floor(ago(30), 5));
  count('pns', 'Accepted', ago(3));
  count('pns', 'Refused', ago(1));
  count('pns', 'Accepted', ago(1), 'nxcloud-callbacks', 0);
  expect((await statusOf('pns')).lastReceivedAt).toBe(floor(ago(3), 1));

  const startAt = Math.floor(Date.now() / 1_000);
  const pk = await storeCall('pns', { id: 7, callId: 'now', startAt });
  const { body } = await get('/api/call', { pk });
  expect(body.call.receivedAt > floor(ago(3), 1)).toBe(true);
  expect((await statusOf('pns')).lastReceivedAt).toBe(body.call.receivedAt);
});

test('has the URL of each callback, without a token', async () => {
  const { body } = await ask('GET', '/api/status');

  expect(body.callbacks.map(({ url }: { url: string }) => new URL(url).pathname)).toEqual([
    '/cc/callback',
    '/predictive/callback',
    '/icc/callback',
    '/pns/callback',
  ]);
  expect(JSON.stringify(body.callbacks)).not.toMatch(/token|\?/);
});

test('lists every rejected body once, newest first, and none that has expired', async () => {
  const rejected = Array.from({ length: 47 }, (_, n) => {
    const { item } = reception(n % 3 ? 'pns' : 'icc', { no: n }, (n * 31) % 47);
    const expiresAt = Math.floor(Date.now() / 1_000) + (n === 5 ? -1 : 1_000);
    return { ...item, expiresAt } as RejectedBody;
  });
  await putDeliveries(rejected);
  const found: { sk: string; callback: string; issues: object[]; receivedAt: string }[] = [];
  let cursor = '';
  do {
    const { body } = await get('/api/status', cursor && { cursor });
    expect(body.rejected.items.length).toBeGreaterThan(0);
    found.push(...body.rejected.items);
    cursor = body.rejected.cursor;
  } while (cursor);
  const wanted = rejected
    .filter((_, n) => n !== 5)
    .toSorted((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1));

  expect(found.map(({ sk }) => sk)).toEqual(wanted.map(({ sk }) => sk));
  expect(found[0]).toEqual({
    receivedAt: wanted[0]?.receivedAt,
    callback: wanted[0]?.callback,
    issues: wanted[0]?.issues,
    sk: wanted[0]?.sk,
  });
});

describe('says how the calls compare with the list of NXCloud', () => {
  const Key = 'reconciliations/latest.json';
  const FOUND = {
    from: '2026-11-25T09:50:00.000Z',
    to: '2026-11-26T09:50:00.000Z',
    at: '2026-11-26T10:01:12.000Z',
    ...{ compared: 10_000, missing: 37, filled: 37, different: 5, unexpected: 3 },
  };
  beforeAll(async () => {
    process.env.FILES_BUCKET = 'api-status';
    await s3.send(new CreateBucketCommand({ Bucket: process.env.FILES_BUCKET }));
  });
  const kept = (summary: object) =>
    s3.send(new PutObjectCommand({ Bucket: process.env.FILES_BUCKET, Key, Body: JSON.stringify(summary) }));
  beforeEach(() => async () => {
    await s3.send(new DeleteObjectCommand({ Bucket: process.env.FILES_BUCKET, Key }));
  });
  const reconciliation = async () => (await get('/api/status')).body.reconciliation;

  test('not at all, without a schedule and a comparison', async () => {
    expect(await reconciliation()).toEqual({ state: 'off' });
    vi.stubEnv('RECONCILE', 'off');
    expect(await reconciliation()).toEqual({ state: 'off' });
  });

  test.each(['daily', 'hourly'])('%s, before and after the first comparison', async (schedule) => {
    vi.stubEnv('RECONCILE', schedule);
    expect(await reconciliation()).toEqual({ state: 'on', schedule });

    await kept({ ...FOUND, source: 'schedule', erased: 2 });
    expect(await reconciliation()).toEqual({ state: 'on', schedule, ...FOUND });
  });

  test('by what a command found, without a schedule', async () => {
    vi.stubEnv('RECONCILE', 'off');
    await kept({ ...FOUND, source: 'command', erased: 0 });

    expect(await reconciliation()).toEqual({ state: 'off', ...FOUND });
  });
});

test('refuses an invalid cursor', async () => {
  expect(await get('/api/status', 'cursor=1')).toMatchObject({
    status: 400,
    body: { issues: [{ path: 'cursor', message: 'must be the cursor of a page' }] },
  });
});

test("has the counts of the stack's functions", async () => {
  const { apiUrl, issuer, urls } = inject('stack');
  const authorization = `Bearer ${await machineToken(issuer)}`;
  const pns = async () => {
    const response = await fetch(`${apiUrl}/status`, { headers: { authorization } });
    const { callbacks } = (await response.json()) as { callbacks: Awaited<ReturnType<typeof statusOf>>[] };
    return callbacks.find(({ name }) => name === 'pns');
  };
  const { today: before } = await pns();
  await post('pns', { callId: 'status-1', startAt: 1, duration: 'long' });
  await post('pns', { no: 'identity' });
  await post('pns', {}, { query: '?token=wrong' });

  const after = await until(async () => {
    const found = await pns();
    const isCounted = Object.keys(before).every((kind) => found.today[kind] > before[kind]);
    return isCounted && found;
  });
  expect(after.url).toBe(urls.pns);
  expect(Date.now() - Date.parse(after.lastReceivedAt)).toBeLessThan(5 * 60_000);
});

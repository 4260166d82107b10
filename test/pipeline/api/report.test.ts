import { beforeAll, describe, expect, test } from 'vitest';
import { readParameters } from '../../../shared/calls/parameters.ts';
import { REPORT, reportQueryOf } from '../../../shared/reports/parameters.ts';
import { type ReportOptions, readReport } from '../../../shared/reports/report.ts';
import { get, listCalls, storeCall } from '../../support/api.ts';
import { callOf } from '../../support/calls.ts';
import { generateCalls } from '../../support/generated-calls.ts';
import { writeCalls } from '../../support/many-calls.ts';
import { useOwnTables } from '../../support/own-tables.ts';
import { dynamodb } from '../../support/pipeline.ts';

const NOVEMBER = { from: Date.UTC(2026, 10, 10), until: Date.UTC(2026, 10, 12) };

/** A report of which all has to be well. */
const report = async (query: Record<string, string>) => {
  const { status, body } = await get('/api/report', query);
  expect({ status, issues: body.issues }).toEqual({ status: 200, issues: undefined });
  return body;
};

beforeAll(async () => {
  await useOwnTables('api-report');
  const inbound = (callId: string, time: string, fields: object) => {
    const startTime = Date.parse(time);
    return storeCall('cc', { callId, direction: 0, startTime, inQueueTime: startTime, ...fields });
  };
  const answer = (time: string, wait: number) => ({
    ...{ hangupCode: 1001, agentName: 'Wang', callDuration: 60, totalCustomerPrice: 0.1 },
    answerTime: Date.parse(time) + wait * 1000,
  });
  // The 26th in Shanghai begins at 16:00 of the 25th.
  await inbound('quick', '2026-11-25T16:00:00Z', answer('2026-11-25T16:00:00Z', 10));
  await inbound('slow', '2026-11-25T16:59:59Z', answer('2026-11-25T16:59:59Z', 30));
  await inbound('lost', '2026-11-25T17:00:00Z', { hangupCode: 1103, queueDuration: 60 });
  await inbound('short', '2026-11-25T17:00:01Z', { hangupCode: 1103, queueDuration: 4 });
  await inbound('before', '2026-11-25T15:59:59Z', { hangupCode: 1105 });
  await storeCall('icc', {
    data: { id: 'code', callType: 9, communicateBeginTime: Date.parse('2026-11-25T18:00:00Z') },
  });
});

const DAY = { from: '2026-11-26', to: '2026-11-26' };

test('counts the calls of a day of the zone by its hours', async () => {
  const { rows, total, from, to, zone, by } = await report({ ...DAY, by: 'hour' });

  expect({ from, to, zone, by }).toEqual({
    from: '2026-11-25T16:00:00.000Z',
    to: '2026-11-26T16:00:00.000Z',
    zone: 'Asia/Shanghai',
    by: ['hour'],
  });
  expect(rows).toMatchObject([
    { key: '2026-11-26T00', keys: ['2026-11-26T00'], offered: 2, answered: 2, callsPerHour: 2 },
    { key: '2026-11-26T01', offered: 2, unanswered: 2, abandoned: 2, shortAbandoned: 1 },
    { key: '2026-11-26T02', offered: 1, answerUnknown: 1, unknownCodes: 1, degraded: 0 },
  ]);
  expect(total).toMatchObject({
    ...{ offered: 5, answered: 2, unanswered: 2, answerRate: 0.5, abandoned: 2, abandonmentRate: 1 / 3 },
    ...{ averageWaitSeconds: 20, longestWaitSeconds: 60, serviceLevel: 1 / 3 },
    ...{ talkSeconds: 120, averageTalkSeconds: 60, cost: '0.2', costKnown: 2 },
  });
  expect(total).not.toHaveProperty('averageHandleSeconds');
  expect(total).not.toHaveProperty('answerSeizureRatio');
});

test('uses the limits and the denominator of a service level that the request sets', async () => {
  const level = async (terms: Record<string, string>) =>
    (await report({ ...DAY, ...terms })).total.serviceLevel;

  expect(await level({ serviceLevelSeconds: '30' })).toBe(2 / 3);
  expect(await level({ serviceLevelSeconds: '9' })).toBe(0);
  expect(await level({ shortAbandonSeconds: '4' })).toBe(1 / 4);
  expect(await level({ serviceLevelOf: 'answered' })).toBe(1 / 2);
  expect(await level({ serviceLevelOf: 'offered', from: '2026-11-25' })).toBe(1 / 4);
});

test('gives unknown codes, and calls without the value, a row each', async () => {
  const { rows } = await report({ ...DAY, by: 'direction' });
  const { rows: byAgent } = await report({ ...DAY, by: 'agent,callback' });

  expect(rows).toMatchObject([
    { key: 'inbound', offered: 4 },
    { key: 'unknown:9', offered: 1 },
  ]);
  expect(byAgent).toMatchObject([
    { key: 'name:wang,cc', keys: ['name:wang', 'cc'], agentName: 'Wang', offered: 2 },
    { key: 'none,cc', keys: [null, 'cc'], offered: 2 },
    { key: 'none,icc', keys: [null, 'icc'], offered: 1 },
  ]);
});

test('compares with the previous period', async () => {
  const { rows, previous } = await report({ ...DAY, by: 'weekday', compare: 'previous' });

  expect(rows).toMatchObject([{ key: '4', offered: 5 }]);
  expect(previous).toMatchObject({
    from: '2026-11-24T16:00:00.000Z',
    to: '2026-11-25T16:00:00.000Z',
    rows: [{ key: '3', offered: 1, callsPerHour: 1 / 24 }],
    total: { offered: 1, unanswered: 1 },
  });
});

test('has no rows if there are no calls', async () => {
  expect(await report({ from: '2026-01-01', to: '2026-01-02' })).toMatchObject({
    rows: [],
    total: { offered: 0, talkSeconds: 0, callsPerHour: 0 },
  });
});

describe('with filters', () => {
  beforeAll(async () => {
    const numbers = ['85235757581', '+852 3575-7581', '85235757582', 'NX09445G000025'];
    const calls = generateCalls(400, NOVEMBER, 7).map((call, n) => ({
      ...call,
      caller: numbers[n % 4],
      callee: numbers[Math.floor(n / 4) % 4],
      ...(n % 5 === 0 && { orderId: 'order-1', recordingUrl: 'https://x' }),
      ...(n % 7 === 0 && { taskId: 'order-1', legs: [{ recordingUrl: 'https://x' }] }),
    }));
    await writeCalls(dynamodb, process.env.CALLS_TABLE ?? '', calls);
  });

  test.each([
    ['number', '85235757581'],
    ['caller', '35757581'],
    ['callee', 'nx09445g000025'],
    ['agent', 'name:wang'],
    ['agent', '4711'],
    ['id', 'order-1'],
    ['callback', 'cc,predictive'],
    ['direction', 'unknown:9'],
    ['answered', 'unknown'],
    ['abandoned', 'true'],
    ['status', 'abandoned-in-queue'],
    ['hangupBy', 'agent'],
    ['minTalk', '300'],
    ['maxTalk', '10'],
    ['recording', 'true'],
    ['issues', 'true'],
  ])('%s %s counts the calls that a list with that filter has', async (name, value) => {
    const query = { from: '2026-11-10', to: '2026-11-12', [name]: value };
    const listed = await listCalls({ ...query, limit: '200' });
    const { total } = await report(query);

    expect(listed.length).toBeGreaterThan(3);
    expect(listed.length).toBeLessThan(400);
    expect(total.offered).toBe(listed.length);
  });
});

test('counts calls dated in the future, if no end is given', async () => {
  const ahead = new Date(Date.now() + 3_600_000);
  await writeCalls(dynamodb, process.env.CALLS_TABLE ?? '', [
    callOf('cc', { callId: 'soon', caller: '85260000001', startTime: ahead.getTime() }),
    callOf('cc', { callId: 'in-2031', caller: '85260000001', startTime: Date.UTC(2031, 0) }),
  ]);

  expect((await report({ caller: '85260000001', by: 'day' })).total.offered).toBe(2);
  expect((await report({ by: 'callback' })).total.offered).toBeGreaterThan(2);
});

test.each([
  ['by=minute', 'by'],
  ['by=', 'by'],
  ['by=day,day', 'by'],
  ['by=day,agent,callback', 'by'],
  ['compare=next', 'compare'],
  ['serviceLevelSeconds=-1', 'serviceLevelSeconds'],
  ['serviceLevelSeconds=3601', 'serviceLevelSeconds'],
  ['serviceLevelOf=all', 'serviceLevelOf'],
  ['shortAbandonSeconds=1.5', 'shortAbandonSeconds'],
  ['limit=5', 'limit'],
  ['from=2026-11-02&to=2026-11-01', 'from'],
  ['zone=Mars', 'zone'],
])('refuses %s, and names it', async (query, path) => {
  expect(await get('/api/report', query)).toMatchObject({
    status: 400,
    body: { error: 'invalid_query', issues: [{ path, message: expect.stringMatching(/^(must|is) /) }] },
  });
});

test('says what to do if there are more rows than an answer can have', async () => {
  const calls = Array.from({ length: 4_001 }, (_, n) =>
    callOf('cc', { callId: `row-${n}`, startTime: Date.UTC(2024, 0, 1) + n * 1000, agentName: `agent ${n}` }),
  );
  await writeCalls(dynamodb, process.env.CALLS_TABLE ?? '', calls);
  const query = { from: '2024-01-01', to: '2024-01-02', zone: 'UTC' };

  expect(await get('/api/report', { ...query, by: 'agent' })).toMatchObject({
    status: 400,
    body: {
      error: 'too_many',
      issues: [{ path: 'by', message: expect.stringMatching(/4,000 rows.*shorter period.*npm run report/) }],
    },
  });
  // 4,000 seconds of them.
  expect((await report({ ...query, by: 'agent', to: '2024-01-01T01:06:40' })).rows).toHaveLength(4_000);
});

describe('the limits of a report', () => {
  const query = reportQueryOf(readParameters(REPORT, new URLSearchParams({ ...DAY, compare: 'previous' })));
  const read = (options: Partial<ReportOptions>) =>
    readReport(query, { abortSignal: AbortSignal.timeout(60_000), ...options }).catch((error) => error);

  test('apply to the calls of each period, and to the rows of both', async () => {
    expect(await read({ limits: { calls: 5, rows: 2 } })).toHaveProperty('previous.total.offered', 1);
    expect(await read({ limits: { calls: 4, rows: 2 } })).toMatchObject({
      code: 'too_many',
      issues: [{ path: 'from' }],
    });
    expect(await read({ limits: { calls: 5, rows: 1 } })).toMatchObject({
      code: 'too_many',
      issues: [{ path: 'by', message: expect.stringMatching(/^makes more than 1 rows: /) }],
    });
  });

  test('end a report that takes too long, once something was read', async () => {
    const controller = new AbortController();
    const found = { abortSignal: controller.signal, onProgress: () => controller.abort() };

    expect(await read({ ...found, limits: { calls: 5, rows: 5 } })).toMatchObject({
      code: 'too_many',
      issues: [{ path: 'from', message: expect.stringContaining('in time') }],
    });
    expect(await read({ abortSignal: AbortSignal.abort() })).not.toHaveProperty('code', 'too_many');
  });
});

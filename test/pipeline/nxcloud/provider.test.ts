import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { FROM, HOUR_MS, rowsOf, start, stopAll } from '../../support/nxcloud-asking.ts';
import type { Provider } from '../../support/nxcloud-provider.ts';
import { listRow } from '../../support/nxcloud-rows.ts';

afterEach(stopAll);

const QUERY = { startTime: FROM / 1000, endTime: (FROM + HOUR_MS) / 1000, page: 1, size: 100 };

type Asked = { headers?: Record<string, string | undefined>; signed?: string; algorithm?: 'md5' | 'sha256' };

/** Asks as a client does that has read the documents; without code of ours. */
const ask = async (
  { gateway, credentials: { accessKey, accessSecret } }: Provider,
  query: object = QUERY,
  { headers = {}, signed = JSON.stringify(query), algorithm = 'md5' }: Asked = {},
) => {
  const ts = headers.ts ?? String(Date.now());
  const text = `accessKey=${accessKey}&action=cc&bizType=8&ts=${ts}&body=${signed}&accessSecret=${accessSecret}`;
  const sign = createHash(algorithm).update(text).digest('hex');
  const sent = {
    'content-type': 'application/json',
    accessKey,
    ts,
    bizType: '8',
    action: 'cc',
    sign,
    algorithm,
  };
  const given = Object.entries({ ...sent, ...headers }).filter(([, value]) => value !== undefined);
  const response = await fetch(`${gateway}/saas/cc/openapi/cdr/page`, {
    method: 'POST',
    headers: Object.fromEntries(given) as Record<string, string>,
    body: Buffer.from(JSON.stringify(query)),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { code: number; msg: string; data: Record<string, unknown>[] };
};

test.each(['md5', 'sha256'] as const)('lists calls to who signs by %s', async (algorithm) => {
  const provider = await start(rowsOf(3));

  expect(await ask(provider, QUERY, { algorithm })).toMatchObject({
    code: 0,
    msg: 'success',
    data: [{}, {}, {}],
  });
});

test('gives all documented fields, and its texts in the language of the account', async () => {
  const provider = await start([listRow('1', FROM)]);
  const { data: [zh = {}] = [] } = await ask(provider);
  provider.behaviour.language = 'en';
  const { data: [en = {}] = [] } = await ask(provider);

  expect(Object.keys(zh)).toHaveLength(33);
  expect([zh.callStatus, zh.hangupReason]).toEqual(['呼入未接', '用户排队放弃']);
  expect([en.callStatus, en.hangupReason]).toEqual(['Missed call', 'User abandoned the queue']);
});

describe('refuses with HTTP 200, a code and no data', () => {
  const minutesAgo = (minutes: number) => String(Date.now() - 60_000 * minutes);
  const cases: [code: number, what: string, query: object, asked?: () => Asked][] = [
    ...['accessKey', 'ts', 'bizType', 'action', 'sign'].map((name): (typeof cases)[number] => [
      ...([1001, `no ${name}`, QUERY, () => ({ headers: { [name]: undefined } })] as const),
    ]),
    [1001, 'another type', QUERY, () => ({ headers: { 'content-type': 'text/plain' } })],
    [1002, 'another product', QUERY, () => ({ headers: { bizType: '5' } })],
    [1003, 'other bytes', QUERY, () => ({ signed: JSON.stringify(QUERY, null, 1) })],
    [1003, 'another secret', QUERY, () => ({ headers: { sign: '0'.repeat(32) } })],
    [1004, 'an old time', QUERY, () => ({ headers: { ts: minutesAgo(1.1) } })],
    [1004, 'a time ahead', QUERY, () => ({ headers: { ts: minutesAgo(-2) } })],
    [1004, 'seconds', QUERY, () => ({ headers: { ts: String(Math.floor(Date.now() / 1000)) } })],
    [1005, 'another key', QUERY, () => ({ headers: { accessKey: 'AKother' } })],
    [41000, 'no start', { ...QUERY, startTime: undefined }],
    [41000, 'no end', { ...QUERY, endTime: undefined }],
    [41000, 'milliseconds', { ...QUERY, startTime: FROM, endTime: FROM + HOUR_MS }],
    [41000, 'page 0', { ...QUERY, page: 0 }],
    [41000, 'no size', { ...QUERY, size: undefined }],
    [41000, 'size 101', { ...QUERY, size: 101 }],
    [41000, 'a flag in place of a code', { ...QUERY, answered: true }],
  ];

  test.each(cases)('%i: %s', async (code, _, query, asked = () => ({})) => {
    const provider = await start(rowsOf(3));

    expect(await ask(provider, query, asked())).toMatchObject({ code, msg: expect.any(String), data: {} });
  });
});

test('asks by codes that are one higher than those of a row', async () => {
  const rows = [0, 1, 2].map((direction) =>
    listRow(`d${direction}`, FROM, { direction, answered: direction > 0 }),
  );
  const provider = await start(rows, { order: 'oldest first' });
  const idsBy = async (filter: object) =>
    (await ask(provider, { ...QUERY, ...filter })).data.map(({ callId }) => callId);

  expect(await idsBy({ direction: 0, answered: 0 })).toEqual(['d0', 'd1', 'd2']);
  expect(await idsBy({ direction: 1 })).toEqual(['d0']);
  expect(await idsBy({ direction: 3 })).toEqual(['d2']);
  expect(await idsBy({ answered: 1 })).toEqual(['d0']);
  expect(await idsBy({ answered: 2 })).toEqual(['d1', 'd2']);
  expect(await idsBy({ callId: 'd1' })).toEqual(['d1']);
});

test('repeats rows and takes calls in while it is paged', async () => {
  const provider = await start(rowsOf(5), {
    order: 'oldest first',
    repeatedRows: 1,
    arriving: rowsOf(1, FROM),
  });
  const page = async (n: number) =>
    (await ask(provider, { ...QUERY, page: n, size: 3 })).data.map(({ callId }) => callId);

  const [first, second] = [await page(1), await page(2)];
  expect(first).toHaveLength(3);
  expect(second).toContain(first[1]);
  expect(provider.rows).toHaveLength(6);
});

import { randomUUID } from 'node:crypto';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { handler as consume } from '../../functions/consumer.ts';
import { handler as projectBatch } from '../../functions/projector.ts';
import { allCalls } from '../../shared/calls/all.ts';
import { queryCalls } from '../../shared/calls/query.ts';
import { readCall } from '../../shared/calls/read-calls.ts';
import type { ArchiveResult } from '../../shared/deliveries/archive-result.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { deliveriesOf } from '../../shared/deliveries/read-deliveries.ts';
import { callsToExport } from '../../shared/exports/calls.ts';
import { jsonLines } from '../../shared/exports/json-lines.ts';
import { get, listCalls } from '../support/api.ts';
import { archived } from '../support/archive.ts';
import { reception } from '../support/calls.ts';
import { putDeliveries, useOwnTables } from '../support/own-tables.ts';
import { callAt, deliveriesOf as deliveriesOfStack, dynamodb } from '../support/pipeline.ts';
import { eventually } from '../support/until.ts';

const signal = () => AbortSignal.timeout(60_000);
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 } as Context;

const ARRIVED = Date.parse('2026-11-26T04:04:11.000Z');
const DAY = 86_400;
const after = (days: number) => ARRIVED / 1000 + days * DAY;

beforeAll(() => useOwnTables('retention'));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Moves the clock so many seconds beyond the arrival of the first bodies. */
const moveClock = (seconds: number) => vi.useFakeTimers({ now: ARRIVED + seconds * 1000, toFake: ['Date'] });

/** The items of bodies that came a second after one another. */
const bodies = (callback: string, ...sent: (string | object)[]) =>
  sent.map((body, n) => reception(callback, body, n).item);

/** Lets the consumer store the items, and the projector make calls of them. */
const take = async (...items: { pk: string; sk: string }[]): Promise<void> => {
  const Records = items.map((item, n) => ({ messageId: `m-${n}`, body: JSON.stringify(item) }));
  const event = { Records: Records.map((record) => ({ ...record, eventSource: 'aws:sqs' })) };
  expect(await consume(event as SQSEvent, context)).toEqual({ batchItemFailures: [] });
  await projectAll(...items);
};

const projectAll = async (...items: { pk: string; sk: string }[]): Promise<void> => {
  const Records = items.map(({ pk, sk }) => ({
    dynamodb: { Keys: marshall({ pk, sk }), SequenceNumber: '1' },
  }));
  const event = { Records } as unknown as DynamoDBStreamEvent;
  expect(await projectBatch(event, context)).toEqual({ batchItemFailures: [] });
};

const expiries = async (pk: string) => {
  const { bodies: found, results } = await deliveriesOf(pk, signal());
  return [...found, ...results].map(({ expiresAt }) => expiresAt);
};

const url = 'https://recordings.example/1';

describe('with a retention of 30 days', () => {
  test('bodies, their call and what the archiver did expire together, with the body that came last', async () => {
    vi.stubEnv('CC_RETENTION_DAYS', '30');
    moveClock(10);
    const [first, last] = bodies('cc', { callId: '1', caller: '1' }, { callId: '1', recordUrl: url });
    await take(...[first, last].filter((item) => item !== undefined));
    await putDeliveries([archived('cc#1', 'recording', url)]);
    await projectAll({ pk: 'cc#1', sk: 'archive#recording' });

    expect((await expiries('cc#1')).sort()).toEqual([after(30), after(30) + 1, after(30) + 1]);
    expect(await readCall('cc#1')).toMatchObject({ expiresAt: after(30) + 1, versions: 2 });
  });

  test('the bodies of another callback stay, and those of an agent expire as those of calls do', async () => {
    vi.stubEnv('PREDICTIVE_RETENTION_DAYS', '30');
    moveClock(10);
    const [call] = bodies('cc', { callId: 'stays' });
    const [event] = bodies('predictive', { type: 1, state: 2, time: 1558677726, agentid: 'a-1' });
    await take(...[call, event].filter((item) => item !== undefined));

    expect(await expiries('cc#stays')).toEqual([undefined]);
    expect(await readCall('cc#stays')).not.toHaveProperty('expiresAt');
    expect(await expiries('predictive#agent:a-1')).toEqual([after(30)]);
  });

  test('a body that comes again changes nothing, until the first has expired: then it is new', async () => {
    vi.stubEnv('CC_RETENTION_DAYS', '30');
    moveClock(10);
    const [body] = bodies('cc', { callId: 'again' }) as [Delivery];
    const again = (days: number) => ({
      ...body,
      receivedAt: new Date(ARRIVED + days * DAY * 1000).toISOString(),
    });
    await take(body, again(29));
    expect(await expiries('cc#again')).toEqual([after(30)]);
    moveClock(31 * DAY);
    await take(again(31));

    expect(await expiries('cc#again')).toEqual([after(61)]);
    expect(await listCalls({ from: '2026-12-01', id: 'again' })).toHaveLength(1);
  });

  test('a rejected body lives on from its last arrival, as long as rejected bodies do at most', async () => {
    vi.stubEnv('CC_RETENTION_DAYS', '7');
    moveClock(10);
    const [first] = bodies('cc', 'no JSON');
    if (first === undefined) throw new Error('no body');
    const at = (days: number) => ({
      ...first,
      receivedAt: new Date(ARRIVED + days * DAY * 1000).toISOString(),
    });
    const expiryOf = async () => (await deliveriesOf('rejected#cc', signal())).bodies[0]?.expiresAt;
    await take(at(0), at(3), at(1));
    expect(await expiryOf()).toBe(after(3 + 7));
    // Shorter since then.
    vi.stubEnv('CC_RETENTION_DAYS', '2');
    await take(at(4));
    expect(await expiryOf()).toBe(after(4 + 2));
    vi.stubEnv('CC_RETENTION_DAYS', '365');
    await take(at(5));
    expect(await expiryOf()).toBe(after(5 + 30));
  });
});

describe('another time to expire', () => {
  /** Sets it for all bodies of a call, as npm run retention does, and lets the projector take it up. */
  const expire = async (pk: string, expiresAt: number | undefined) => {
    const found = await deliveriesOf(pk, signal());
    for (const body of found.bodies) await setExpiry(process.env.DELIVERIES_TABLE, body, expiresAt);
    await projectAll(...found.bodies);
  };

  test.each([
    ['is set', undefined, after(40)],
    ['changes', after(30), after(40)],
    ['is removed', after(30), undefined],
  ])('that %s makes no version and no event of a call', async (_, before, next) => {
    const id = randomUUID();
    const [body] = bodies('cc', { callId: id, recordUrl: url }) as [Delivery];
    await putDeliveries([{ ...body, ...(before && { expiresAt: before }) }]);
    await putDeliveries([archived(`cc#${id}`, 'recording', url)]);
    await projectAll(body);
    const old = await readCall(`cc#${id}`);
    expect(old?.expiresAt).toBe(before);
    await expire(`cc#${id}`, next);

    const { expiresAt: _1, ...told } = old ?? {};
    const { expiresAt, ...now } = (await readCall(`cc#${id}`)) ?? {};
    expect(now).toEqual(told);
    expect(expiresAt).toBe(next);
    expect(await expiries(`cc#${id}`)).toEqual([next, next]);
  });

  test('is that of the bodies that are left, of a call of which others have gone', async () => {
    const [gone, left] = bodies('cc', { callId: 'less', caller: '1' }, { callId: 'less', callee: '2' }) as [
      Delivery,
      Delivery,
    ];
    await putDeliveries([gone, left]);
    await projectAll(gone);
    const old = await readCall('cc#less');
    await remove(gone);
    await expire('cc#less', after(40));

    expect(await readCall('cc#less')).toEqual({ ...old, expiresAt: after(40) });
  });
});

describe('a call that has expired', () => {
  const [caller, agentName] = ['85235757581', 'Ada'];
  const key = 'recordings/retention.mp3';
  const asked = { from: '2026-11-01', to: '2026-11-30' };
  const period = { from: '2026-11-01T00:00:00.000Z' };
  let stored: Delivery;
  beforeAll(async () => {
    await useOwnTables('retention-hidden');
    const [item] = bodies('cc', {
      ...{ callId: 'hidden', caller, agentName, recordUrl: url, orderId: 'o-1' },
      ...{ startTime: ARRIVED - 60_000, endTime: ARRIVED },
    }) as [Delivery];
    stored = { ...item, expiresAt: after(1) };
    await putDeliveries([stored, archived('cc#hidden', 'recording', url, { key })]);
    await projectAll(stored);
  });

  const inAll = async (calls: AsyncIterable<object | object[]>) =>
    (await Array.fromAsync(calls)).flat().length;
  const batches = async function* () {
    yield [{ pk: 'cc#hidden' }] as never[];
  };
  const found = async (path: string, query: Record<string, string>) =>
    (await get(path, query)).status === 200;

  /** Whether somebody sees it, by each way that there is. */
  const WAYS: [string, () => Promise<boolean>][] = [
    ['a list', async () => (await listCalls(asked)).length > 0],
    ['its number', async () => (await listCalls({ ...asked, number: caller })).length > 0],
    ['its agent', async () => (await listCalls({ ...asked, agent: `name:${agentName}` })).length > 0],
    ['its id', async () => (await listCalls({ ...asked, id: 'hidden' })).length > 0],
    ['another id of it', async () => (await listCalls({ ...asked, id: 'o-1' })).length > 0],
    ['its key', () => found('/api/call', { pk: 'cc#hidden' })],
    ['its body', () => found('/api/call', { pk: 'cc#hidden', sk: stored.sk })],
    [
      'its recording',
      async () => !(await get('/api/recording', { pk: 'cc#hidden' })).text.includes('no such call'),
    ],
    ['the agents', async () => (await get('/api/agents', asked)).body.agents.length > 0],
    ['a report', async () => (await get('/api/report', { ...asked, by: 'agent' })).body.rows.length > 0],
    ['an export', async () => (await inAll(callsToExport(period, signal()))) > 0],
    ['an export of bodies', async () => String(await Array.fromAsync(jsonLines(batches(), signal()))) !== ''],
    ['what is republished', async () => (await inAll(allCalls(period, signal()))) > 0],
  ];

  test.each(WAYS)('is shown by %s before, and by nothing from then on', async (_, isSeen) => {
    moveClock(DAY - 1);
    expect(await isSeen()).toBe(true);
    moveClock(DAY);
    expect(await isSeen()).toBe(false);
  });

  test('is not what other calls wait for: a page goes on behind those that have expired', async () => {
    const live = bodies('cc', { callId: 'older', startTime: ARRIVED - 3_600_000, orderId: 'o-2' }) as [
      Delivery,
    ];
    await putDeliveries(live);
    await projectAll(...live);
    moveClock(DAY);

    expect((await queryCalls(period, { limit: 1 })).calls.map(({ pk }) => pk)).toEqual(['cc#older']);
  });
});

describe('a call of which some bodies have expired', () => {
  test('is what it was, in a list and opened, until the last has: its bodies are hidden by themselves', async () => {
    await useOwnTables('retention-partly');
    const items = bodies(
      'cc',
      { callId: 'partly', caller: '85235757581', recordUrl: url, forms: 'long' },
      { callId: 'partly', callee: '85238533300' },
    ) as [Delivery, Delivery];
    await putDeliveries(items.map((item, n) => ({ ...item, expiresAt: after(n + 1) })));
    await putDeliveries([archived('cc#partly', 'recording', url)]);
    await projectAll(...items);
    const open = async () => (await get('/api/call', { pk: 'cc#partly' })).body;
    moveClock(10);
    const before = await open();
    moveClock(DAY);
    const between = await open();

    expect(before.versions).toHaveLength(2);
    expect(between.call).toEqual(before.call);
    expect(between.versions.map(({ sk }: Delivery) => sk)).toEqual([items[1].sk]);
    expect((await listCalls({ from: '2026-11-01' }))[0]).toMatchObject({
      caller: '85235757581',
      versions: 2,
    });
    await remove(items[0]);
    await projectAll(items[0]);
    expect((await open()).call).toEqual(before.call);
    moveClock(2 * DAY);
    expect(await listCalls({ from: '2026-11-01' })).toEqual([]);
    expect((await get('/api/call', { pk: 'cc#partly' })).status).toBe(404);
  });
});

test('the local stack deletes what has expired, and the call and what the archiver did with the last of it', async () => {
  const { deliveriesTable } = inject('stack');
  const pk = `cc#${randomUUID()}`;
  const [body] = bodies('cc', { callId: pk.slice(3), recordUrl: url }) as [Delivery];
  await putInto(deliveriesTable, body);
  await putInto(deliveriesTable, archived(pk, 'recording', url));
  await callAt(pk, ({ recording }) => recording !== undefined);
  await setExpiry(deliveriesTable, body, Math.floor(Date.now() / 1000) - 10);

  await eventually(async () => {
    expect(await deliveriesOfStack(pk)).toEqual([]);
    expect(await itemOf(pk)).toBeUndefined();
  });
});

const putInto = (TableName: string, item: Delivery | ArchiveResult) =>
  dynamodb.send(new PutItemCommand({ TableName, Item: marshall(item) }));

const itemOf = async (pk: string) => {
  const { callsTable: TableName } = inject('stack');
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: marshall({ pk }) }));
  return Item && unmarshall(Item);
};

const remove = ({ pk, sk }: { pk: string; sk: string }) =>
  dynamodb.send(
    new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key: marshall({ pk, sk }) }),
  );

const setExpiry = (
  TableName: string | undefined,
  { pk, sk }: { pk: string; sk: string },
  expiresAt: number | undefined,
) =>
  dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: marshall({ pk, sk }),
      ...(expiresAt === undefined
        ? { UpdateExpression: 'REMOVE expiresAt' }
        : {
            UpdateExpression: 'SET expiresAt = :expiresAt',
            ExpressionAttributeValues: marshall({ ':expiresAt': expiresAt }),
          }),
    }),
  );

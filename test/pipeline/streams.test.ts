import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../../local/emulators.ts';
import {
  collect,
  createStreamed,
  databaseOn,
  follow,
  keyOf,
  numberOf,
  pkOf,
  TABLES,
} from '../support/streamed-tables.ts';
import { eventually, until } from '../support/until.ts';

const { dynamodb, open, put, scan } = await databaseOn();
let database: Database;

beforeEach(async () => {
  database = await open();
  for (const table of Object.keys(TABLES)) await createStreamed(dynamodb, table);
});
afterEach(() => database.stop());

/** What a table holds after the records. */
const replay = (records: DynamoDBRecord[]) => {
  const items = new Map<string, unknown>();
  for (const record of records) {
    const before = items.get(pkOf(record));
    // Each record starts from what the one before it has left.
    expect(record.dynamodb?.OldImage).toEqual(before);
    expect(record.eventName).toBe(before ? (record.dynamodb?.NewImage ? 'MODIFY' : 'REMOVE') : 'INSERT');
    if (record.dynamodb?.NewImage) items.set(pkOf(record), record.dynamodb.NewImage);
    else items.delete(pkOf(record));
  }
  return [...items.values()];
};

const inOrder = (items: unknown[]) => items.map((item) => JSON.stringify(item)).sort();

test('a stream has every change in order, whatever writes the items', async () => {
  const { records, stop } = collect(database, 'full');
  const pk = fc.constantFrom('a', 'b', 'c');
  const operation = fc.oneof(
    fc.tuple(pk, fc.nat(2)).map(
      ([key, value]) =>
        () =>
          put(key, value),
    ),
    pk.map((key) => () => dynamodb.send(new DeleteItemCommand({ TableName: 'full', Key: keyOf(key) }))),
    pk.map(
      (key) => () =>
        dynamodb.send(
          new UpdateItemCommand({
            TableName: 'full',
            Key: keyOf(key),
            UpdateExpression: 'ADD #n :one',
            ExpressionAttributeNames: { '#n': 'value' },
            ExpressionAttributeValues: { ':one': { N: '1' } },
          }),
        ),
    ),
    pk.map(
      (key) => () =>
        dynamodb.send(
          new BatchWriteItemCommand({
            RequestItems: {
              full: [{ PutRequest: { Item: keyOf(key) } }, { PutRequest: { Item: keyOf('d') } }],
            },
          }),
        ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 20 }), async (operations) => {
      await Promise.all(operations.map((run) => run()));
      const items = inOrder(await scan());
      await eventually(() => expect(inOrder(replay(records))).toEqual(items));
    }),
    { numRuns: 30 },
  );
  await stop();
});

test('a write that changes nothing is not in the stream', async () => {
  const { records, stop } = collect(database, 'full');
  await put('a', 1);
  await put('a', 1);
  await dynamodb.send(new DeleteItemCommand({ TableName: 'full', Key: keyOf('b') }));
  await put('a', 2);
  await until(() => records.length >= 2);
  await stop();

  expect(records.map(numberOf)).toEqual([1, 2]);
});

test('a stream of keys has only keys', async () => {
  const { records, stop } = collect(database, 'keys');
  await put('a', 1, 'keys');
  await until(() => records.length === 1);
  await stop();

  expect(records[0]).toMatchObject({ eventName: 'INSERT', dynamodb: { Keys: keyOf('a') } });
  expect(Object.keys(records[0]?.dynamodb ?? {})).not.toContain('NewImage');
  expect(records[0]?.dynamodb?.StreamViewType).toBe('KEYS_ONLY');
});

test('a table without a reader has no stream', async () => {
  await put('a', 1, 'unread');

  expect(await database.journal.read('unread', '', 10)).toEqual([]);
});

test('records are kept until the slowest reader has read them', async () => {
  const slow = vi.fn(() => new Promise<never>(() => {}));
  const stuck = follow(database, 'full', slow, { reader: 'slow' });
  const fast = collect(database, 'full', { reader: 'fast' });
  await put('a', 1);
  await put('a', 2);
  await until(() => fast.records.length === 2 && slow.mock.calls.length > 0);
  await fast.stop();
  expect(await database.journal.read('full', '', 10)).toHaveLength(2);
  await stuck.stop();

  const later = collect(database, 'full', { reader: 'slow' });
  await until(() => later.records.length === 2);
  await later.stop();
  expect(await database.journal.read('full', '', 10)).toEqual([]);
});

test('a reader of LATEST starts with later writes', async () => {
  const first = collect(database, 'full');
  await put('a', 1);
  await until(() => first.records.length === 1);
  const latest = collect(database, 'full', { reader: 'latest', start: 'LATEST' });
  await database.journal.position('full', 'latest', 'LATEST');
  await put('a', 2);
  await until(() => latest.records.length > 0);
  await Promise.all([first.stop(), latest.stop()]);

  expect(latest.records.map(numberOf)).toEqual([2]);
});

test.each([
  [
    'from the lowest that failed',
    (records: DynamoDBRecord[]) => records.slice(2).reverse(),
    [1, 2, 3, 4, 3, 4],
  ],
  ['as a whole if it names none of them', () => [{}], [1, 2, 3, 4, 1, 2, 3, 4]],
])('a batch that fails comes again %s', async (_, failing, expected) => {
  for (const value of [1, 2, 3, 4]) await put(`pk-${value}`, value);
  const seen: number[] = [];
  let failed = false;
  const poller = follow(database, 'full', async ({ Records }) => {
    seen.push(...Records.map(numberOf));
    if (failed) return { batchItemFailures: [] };
    failed = true;
    const failures: DynamoDBRecord[] = failing(Records);
    return {
      batchItemFailures: failures.map((record) => ({
        itemIdentifier: record.dynamodb?.SequenceNumber ?? 'none',
      })),
    };
  });
  await until(() => seen.length >= expected.length);
  await poller.stop();

  expect(seen).toEqual(expected);
});

test('a batch is cut at the size that a function accepts', async () => {
  for (const pk of ['a', 'b', 'c']) {
    const Item = { ...keyOf(pk), text: { S: '\u0001'.repeat(390_000) } };
    await dynamodb.send(new PutItemCommand({ TableName: 'full', Item }));
  }
  const batches: string[][] = [];
  const poller = follow(database, 'full', async ({ Records }) => {
    batches.push(Records.map(pkOf));
    return { batchItemFailures: [] };
  });
  await until(() => batches.flat().length === 3);
  await poller.stop();

  expect(batches).toEqual([['a', 'b'], ['c']]);
});

test('a batch whose function throws comes again, and is reported', async () => {
  await put('a', 1);
  const onError = vi.fn();
  const invoke = vi.fn().mockRejectedValueOnce(new Error('out of order')).mockResolvedValue(null);
  const poller = follow(database, 'full', invoke, { onError });
  await until(() => invoke.mock.calls.length === 2);
  await poller.stop();

  expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('out of order'));
  expect(invoke.mock.calls[0]).toEqual(invoke.mock.calls[1]);
});

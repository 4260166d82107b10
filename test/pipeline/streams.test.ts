import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import dynaliteDb from 'dynalite/db/index.js';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freePorts } from '../../infrastructure/ports.ts';
import { clients, type Database, startDatabase } from '../../local/emulators.ts';
import { journal } from '../../local/journal.ts';
import { collect, createStreamed, follow, TABLES } from '../support/streamed-tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'streams-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let port: number;
let database: Database;
let dynamodb: DynamoDBClient;

const open = async (dataDir?: string) => {
  database = await startDatabase(port, dataDir, TABLES);
};

beforeEach(async () => {
  port = (await freePorts()).dynamodb;
  dynamodb = clients({ sqs: '', dynamodb: `http://127.0.0.1:${port}` }).dynamodb;
});
afterEach(() => dynamodb.destroy());

const put = (pk: string, value: number, TableName = 'full') =>
  dynamodb.send(new PutItemCommand({ TableName, Item: { ...keyOf(pk), value: { N: String(value) } } }));
const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'a' } });

const pkOf = ({ dynamodb: change }: DynamoDBRecord) => change?.Keys?.pk?.S ?? '';
const numberOf = ({ dynamodb: change }: DynamoDBRecord) => Number(change?.NewImage?.value?.N);

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

const scan = async (TableName = 'full') => (await dynamodb.send(new ScanCommand({ TableName }))).Items ?? [];

const inOrder = (items: unknown[]) => items.map((item) => JSON.stringify(item)).sort();

describe('in memory', () => {
  beforeEach(async () => {
    await open();
    for (const table of Object.keys(TABLES)) await createStreamed(dynamodb, table);
  });
  afterEach(() => database.stop());

  test('a stream tells every change in order, whatever writes the items', async () => {
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
        await vi.waitFor(() => expect(inOrder(replay(records))).toEqual(items));
      }),
      { numRuns: 30 },
    );
    await stop();
  });

  test('what changes nothing is not told', async () => {
    const { records, stop } = collect(database, 'full');
    await put('a', 1);
    await put('a', 1);
    await dynamodb.send(new DeleteItemCommand({ TableName: 'full', Key: keyOf('b') }));
    await put('a', 2);
    await vi.waitUntil(() => records.length >= 2);
    await stop();

    expect(records.map(numberOf)).toEqual([1, 2]);
  });

  test('a stream of keys tells no more', async () => {
    const { records, stop } = collect(database, 'keys');
    await put('a', 1, 'keys');
    await vi.waitUntil(() => records.length === 1);
    await stop();

    expect(records[0]).toMatchObject({ eventName: 'INSERT', dynamodb: { Keys: keyOf('a') } });
    expect(Object.keys(records[0]?.dynamodb ?? {})).not.toContain('NewImage');
    expect(records[0]?.dynamodb?.StreamViewType).toBe('KEYS_ONLY');
  });

  test('a table that nobody reads has no stream', async () => {
    await put('a', 1, 'unread');

    expect(await database.journal.read('unread', '', 10)).toEqual([]);
  });

  test('records are kept until the slowest reader has read them', async () => {
    const slow = vi.fn(() => new Promise<never>(() => {}));
    const stuck = follow(database, 'full', slow, { reader: 'slow' });
    const fast = collect(database, 'full', { reader: 'fast' });
    await put('a', 1);
    await put('a', 2);
    await vi.waitUntil(() => fast.records.length === 2 && slow.mock.calls.length > 0);
    await fast.stop();
    expect(await database.journal.read('full', '', 10)).toHaveLength(2);
    await stuck.stop();

    const later = collect(database, 'full', { reader: 'slow' });
    await vi.waitUntil(() => later.records.length === 2);
    await later.stop();
    expect(await database.journal.read('full', '', 10)).toEqual([]);
  });

  test('a reader of the latest starts with what is written after it', async () => {
    const first = collect(database, 'full');
    await put('a', 1);
    await vi.waitUntil(() => first.records.length === 1);
    const latest = collect(database, 'full', { reader: 'latest', start: 'LATEST' });
    await database.journal.position('full', 'latest', 'LATEST');
    await put('a', 2);
    await vi.waitUntil(() => latest.records.length > 0);
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
    await vi.waitUntil(() => seen.length >= expected.length);
    await poller.stop();

    expect(seen).toEqual(expected);
  });

  test('a batch whose function throws comes again, and is told', async () => {
    await put('a', 1);
    const onError = vi.fn();
    const invoke = vi.fn().mockRejectedValueOnce(new Error('out of order')).mockResolvedValue(null);
    const poller = follow(database, 'full', invoke, { onError });
    await vi.waitUntil(() => invoke.mock.calls.length === 2);
    await poller.stop();

    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('out of order'));
    expect(invoke.mock.calls[0]).toEqual(invoke.mock.calls[1]);
  });
});

test('a reader waits for a record that another has overtaken on its way to the disk', async () => {
  const store = dynaliteDb.create({});
  const slow = Promise.withResolvers<void>();
  const { batch } = store.db;
  let batches = 0;
  store.db.batch = async (operations) => {
    batches += 1;
    if (batches === 1) await slow.promise;
    return batch(operations);
  };
  const { read } = journal(store, { table: { keys: ['pk'], stream: 'KEYS_ONLY' } });
  const write = (pk: string) =>
    new Promise((done) => store.getItemDb('table').put(pk, { pk: { S: pk } }, done));
  const first = write('first');
  await vi.waitUntil(() => batches === 1);
  await write('second');
  const before = await read('table', '', 10);
  slow.resolve();
  await first;

  expect(before).toEqual([]);
  expect((await read('table', '', 10)).map(pkOf)).toEqual(['first', 'second']);
});

test('a process that is killed loses no change and tells each one', async () => {
  const dataDir = mkdtempSync(join(folder, 'killed-'));
  const records: DynamoDBRecord[] = [];
  const startHost = async (): Promise<ChildProcess> => {
    const started = fork(join(import.meta.dirname, '../support/stream-host.ts'), {
      env: { ...process.env, PORT: String(port), DATA_DIR: dataDir },
    });
    started.on('message', (message) => message !== 'up' && records.push(message as DynamoDBRecord));
    await once(started, 'message');
    return started;
  };
  let host = await startHost();
  await createStreamed(dynamodb, 'full');

  // Each writer counts up; what was not acknowledged is written again.
  const written = new Map<string, number>();
  let writing = true;
  const writers = ['a', 'b', 'c', 'd'].map(async (pk) => {
    for (let value = 1; writing; ) {
      const isWritten = await put(pk, value).then(
        () => true,
        () => false,
      );
      if (isWritten) written.set(pk, value++);
      else await sleep(20);
    }
  });
  for (let kills = 0; kills < 4; kills++) {
    const before = records.length;
    await vi.waitUntil(() => records.length > before + 30, { timeout: 20_000 });
    host.kill('SIGKILL');
    await once(host, 'exit');
    host = await startHost();
  }
  writing = false;
  await Promise.all(writers);

  const told = (pk: string) => records.filter((record) => pkOf(record) === pk).map(numberOf);
  for (const [pk, last] of written) {
    await vi.waitUntil(() => told(pk).includes(last), { timeout: 10_000 });
    expect(new Set(told(pk))).toEqual(new Set(Array.from({ length: last }, (_, index) => index + 1)));
  }
  // A record may come twice, but never after a later one has been confirmed: what is new comes in order.
  const sequences = records.map(({ dynamodb: change }) => change?.SequenceNumber ?? '');
  const firsts = [...new Set(sequences)];
  expect(firsts).toEqual(firsts.toSorted());
  host.kill('SIGKILL');
});

test('a reader goes on where it was, after a restart and after all is read', async () => {
  const dataDir = mkdtempSync(join(folder, 'restart-'));
  const readAll = async (count: number) => {
    const { records, stop } = collect(database, 'full');
    await vi.waitUntil(() => records.length >= count);
    await stop();
    return records.map(numberOf);
  };
  await open(dataDir);
  await createStreamed(dynamodb, 'full');
  await put('a', 1);
  expect(await readAll(1)).toEqual([1]);
  await put('a', 2);
  await database.stop();

  await open(dataDir);
  await put('a', 3);
  expect(await readAll(2)).toEqual([2, 3]);
  await database.stop();

  await open(dataDir);
  await put('a', 4);
  expect(await readAll(1)).toEqual([4]);
  await database.stop();
});

describe('time to live', () => {
  const expiring = (pk: string, seconds: number, TableName: string) =>
    dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: { ...keyOf(pk), expiresAt: { N: String(Math.floor(Date.now() / 1000) + seconds) } },
      }),
    );
  const names = async (table: string) => (await scan(table)).map(({ pk }) => pk?.S).sort();

  test('deletes what has expired, as the service, also what expired while it was down', async () => {
    const dataDir = mkdtempSync(join(folder, 'expiry-'));
    await open(dataDir);
    for (const table of ['full', 'unread']) {
      await createStreamed(dynamodb, table);
      await expiring('soon', 1, table);
      await expiring('later', 3_600, table);
      await expiring('extended', 1, table);
      await expiring('extended', 3_600, table);
    }
    await database.stop();
    await open(dataDir);
    const { records, stop } = collect(database, 'full');
    await expiring('past', -10, 'full');

    for (const table of ['full', 'unread']) {
      await vi.waitFor(async () => expect(await names(table)).toEqual(['extended', 'later']), {
        timeout: 20_000,
        interval: 100,
      });
    }
    const removed = records.filter(({ eventName }) => eventName === 'REMOVE');
    expect(removed.map(pkOf).sort()).toEqual(['past', 'soon']);
    expect(removed[0]?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' });
    await stop();
    await database.stop();
  });
});

describe('keys', () => {
  beforeEach(async () => {
    await open();
    await createStreamed(dynamodb, 'full');
  });
  afterEach(() => database.stop());

  const CASES: [what: string, item: Record<string, string>][] = [
    ['an empty hash key of an index', { other: '', at: '1' }],
    ['an empty range key of an index', { other: '1', at: '' }],
    ['a hash key of an index over 2,048 bytes', { other: '中'.repeat(683), at: '1' }],
    ['a range key of an index over 1,024 bytes', { other: '1', at: '中'.repeat(342) }],
    ['a hash key over 2,048 bytes', { pk: '中'.repeat(683) }],
    ['a range key over 1,024 bytes', { sk: '中'.repeat(342) }],
  ];

  test.each(CASES)('%s is refused, put or batched, and nothing is written', async (_, item) => {
    const Item = Object.fromEntries(
      Object.entries({ pk: 'a', sk: 'a', ...item }).map(([name, S]) => [name, { S }]),
    );
    const batch = { full: [{ PutRequest: { Item: keyOf('b') } }, { PutRequest: { Item } }] };

    await expect(dynamodb.send(new PutItemCommand({ TableName: 'full', Item }))).rejects.toThrow(VALIDATION);
    await expect(dynamodb.send(new BatchWriteItemCommand({ RequestItems: batch }))).rejects.toThrow(
      VALIDATION,
    );
    expect(await scan()).toEqual([]);
  });

  test.each(CASES.slice(0, 4))('%s is refused in an update', async (_, item) => {
    const names = Object.keys(item);
    const update = new UpdateItemCommand({
      TableName: 'full',
      Key: keyOf('a'),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        names.map((name) => [`:${name}`, { S: item[name] ?? '' }]),
      ),
    });

    await expect(dynamodb.send(update)).rejects.toThrow(VALIDATION);
    expect(await scan()).toEqual([]);
  });

  test('a key of another type is refused, one of the greatest length or none at all is not', async () => {
    const send = (item: object) =>
      dynamodb.send(new PutItemCommand({ TableName: 'full', Item: { ...keyOf('a'), ...item } }));

    await expect(send({ other: { N: '1' } })).rejects.toThrow(/Type mismatch for Index Key other/);
    await send({ other: { S: 'a'.repeat(2048) }, at: { S: 'a'.repeat(1024) } });
    await send({ other: { S: '1' } });
    expect(await scan()).toHaveLength(1);
  });

  const VALIDATION = /One or more parameter values/;
});

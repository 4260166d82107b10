import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';
import dynaliteDb from 'dynalite/db/index.js';
import { afterAll, expect, test } from 'vitest';
import { journal } from '../../local/journal.ts';
import { collect, createStreamed, databaseOn, numberOf, pkOf } from '../support/streamed-tables.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'streams-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
  await until(() => batches === 1);
  await write('second');
  const before = await read('table', '', 10);
  slow.resolve();
  await first;

  expect(before).toEqual([]);
  expect((await read('table', '', 10)).map(pkOf)).toEqual(['first', 'second']);
});

test('a killed process loses no change and delivers each one', async () => {
  const dataDir = mkdtempSync(join(folder, 'killed-'));
  const { dynamodb, port, put } = await databaseOn();
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
    await until(() => records.length > before + 30);
    host.kill('SIGKILL');
    await once(host, 'exit');
    host = await startHost();
  }
  writing = false;
  await Promise.all(writers);

  const told = (pk: string) => records.filter((record) => pkOf(record) === pk).map(numberOf);
  for (const [pk, last] of written) {
    await until(() => told(pk).includes(last));
    const acknowledged = Array.from({ length: last }, (_, index) => index + 1);
    expect(told(pk)).toEqual(expect.arrayContaining(acknowledged));
    // Written, but the process was killed before it could say so.
    expect(Math.max(...told(pk))).toBeLessThanOrEqual(last + 1);
  }
  // A record may come twice, but never after a later one has been confirmed: what is new comes in
  // order.
  const sequences = records.map(({ dynamodb: change }) => change?.SequenceNumber ?? '');
  const firsts = [...new Set(sequences)];
  expect(firsts).toEqual(firsts.toSorted());
  host.kill('SIGKILL');
});

test('a reader continues where it was, after a restart and after everything is read', async () => {
  const { dynamodb, open, put } = await databaseOn(mkdtempSync(join(folder, 'restart-')));
  let database = await open();
  const readAll = async (count: number) => {
    const { records, stop } = collect(database, 'full');
    await until(() => records.length >= count);
    await stop();
    return records.map(numberOf);
  };
  await createStreamed(dynamodb, 'full');
  await put('a', 1);
  expect(await readAll(1)).toEqual([1]);
  await put('a', 2);
  await database.stop();

  database = await open();
  await put('a', 3);
  expect(await readAll(2)).toEqual([2, 3]);
  await database.stop();

  database = await open();
  await put('a', 4);
  expect(await readAll(1)).toEqual([4]);
  await database.stop();
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, expect, test } from 'vitest';
import { collect, createStreamed, databaseOn, keyOf, pkOf } from '../support/streamed-tables.ts';
import { eventually } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'expiry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { dynamodb, open, scan } = await databaseOn(mkdtempSync(join(folder, 'expiry-')));

const expiring = (pk: string, seconds: number, TableName: string) =>
  dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: { ...keyOf(pk), expiresAt: { N: String(Math.floor(Date.now() / 1000) + seconds) } },
    }),
  );
const names = async (table: string) => (await scan(table)).map(({ pk }) => pk?.S).sort();

test('time to live deletes expired items, as AWS does, also those that expired while it was down', async () => {
  let database = await open();
  for (const table of ['full', 'unread']) {
    await createStreamed(dynamodb, table);
    await expiring('soon', 1, table);
    await expiring('later', 3_600, table);
    await expiring('extended', 1, table);
    await expiring('extended', 3_600, table);
  }
  await database.stop();
  database = await open();
  const { records, stop } = collect(database, 'full');
  await expiring('past', -10, 'full');

  for (const table of ['full', 'unread']) {
    await eventually(async () => expect(await names(table)).toEqual(['extended', 'later']));
  }
  const removed = records.filter(({ eventName }) => eventName === 'REMOVE');
  expect(removed.map(pkOf)).toEqual(expect.arrayContaining(['past', 'soon']));
  expect(removed[0]?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' });
  await stop();
  await database.stop();
});

import { BatchWriteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../local/emulators.ts';
import { createStreamed, databaseOn, keyOf } from '../support/streamed-tables.ts';

const { dynamodb, open, scan } = await databaseOn();
let database: Database;

beforeEach(async () => {
  database = await open();
  await createStreamed(dynamodb, 'full');
});
afterEach(() => database.stop());

const VALIDATION = /One or more parameter values/;

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
  await expect(dynamodb.send(new BatchWriteItemCommand({ RequestItems: batch }))).rejects.toThrow(VALIDATION);
  expect(await scan()).toEqual([]);
});

test.each(CASES.slice(0, 4))('%s is refused in an update', async (_, item) => {
  const names = Object.keys(item);
  const update = new UpdateItemCommand({
    TableName: 'full',
    Key: keyOf('a'),
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, { S: item[name] ?? '' }])),
  });

  await expect(dynamodb.send(update)).rejects.toThrow(VALIDATION);
  expect(await scan()).toEqual([]);
});

test('a key of another type is refused, one of the greatest length or an absent one is not', async () => {
  const send = (item: object) =>
    dynamodb.send(new PutItemCommand({ TableName: 'full', Item: { ...keyOf('a'), ...item } }));

  await expect(send({ other: { N: '1' } })).rejects.toThrow(/Type mismatch for Index Key other/);
  await send({ other: { S: 'a'.repeat(2048) }, at: { S: 'a'.repeat(1024) } });
  await send({ other: { S: '1' } });
  expect(await scan()).toHaveLength(1);
});

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCAL, type LocalStage, startLocalStage } from '../../support/commands.ts';

let stage: LocalStage;
beforeAll(async () => {
  stage = await startLocalStage();
});
afterAll(() => stage.stop());

const put = async (id: string, receivedAt: string) => {
  const item = { pk: `cc#${id}`, sk: 'call', callback: 'cc', id, receivedAt, callId: id };
  const { database, tableName: TableName } = stage.world;
  await database.send(new PutItemCommand({ TableName, Item: marshall(item) }));
  return item;
};

test('says that the table is empty', async () => {
  expect((await stage.command('calls')).output).toBe(`${LOCAL}The table is empty.\n`);
  expect(JSON.parse((await stage.command('calls', '--json')).output)).toEqual({ stage: 'local', items: [] });
});

test('prints what the table has of one call, and of no other', async () => {
  const call = await put('shown-0', '2026-11-03T00:00:00.000Z');
  await put('shown-1', '2026-11-03T00:00:01.000Z');
  const { code, output } = await stage.command('calls', 'cc#shown-0');
  const json = await stage.command('calls', 'cc#shown-0', '--json');

  expect(code).toBe(0);
  expect(output).toBe(`${LOCAL}${JSON.stringify(call, null, 2)}\n`);
  expect(JSON.parse(json.output)).toEqual({ stage: 'local', items: [call] });
});

test('lists the whole table without a key, in the order of arrival', async () => {
  await put('listed-2', '2026-11-03T00:00:04.000Z');
  await put('listed', '2026-11-03T00:00:03.000Z');
  const { code, output } = await stage.command('calls');
  const [rows = '', hint] = output.slice(LOCAL.length).split('\n\n');
  const times = rows.split('\n').map((line) => line.split(' ')[0]);

  expect(code).toBe(0);
  expect(times).toHaveLength((await stage.world.items()).length);
  expect(times).toEqual(times.toSorted());
  expect(rows).toMatch(/^2026-11-03T00:00:03\.000Z {2}cc#listed +call$/m);
  expect(hint).toMatch(/^npm run calls -- '[^']+' shows all that there is of one\.\n$/);
});

test('says that the table has no such call', async () => {
  expect(await stage.command('calls', 'cc#nobody')).toMatchObject({
    code: 1,
    errors: 'The table has no cc#nobody; a key is like pns#45.\n',
  });
});

test.each([
  ['without a key, if the stage is not local', ['--stage', 'prod']],
  ['with two keys', ['cc#1', 'cc#2']],
])('prints its usage %s', async (_, args) => {
  const { code, errors } = await stage.command('calls', ...args);

  expect(code).toBe(1);
  expect(errors).toMatch(/^Usage: npm run calls/);
});

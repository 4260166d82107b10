import { afterAll, beforeAll, expect, test } from 'vitest';
import { project } from '../../../shared/calls/project.ts';
import { callbackNamed } from '../../support/calls.ts';
import { deliveryOf, LOCAL, type LocalStage, startLocalStage } from '../../support/commands.ts';

let stage: LocalStage;
beforeAll(async () => {
  stage = await startLocalStage();
});
afterAll(() => stage.stop());

/** A call in both tables, and its delivery. */
const receive = async (id: string, fields: object = {}) => {
  const delivery = deliveryOf(id, fields);
  await stage.put(stage.deliveriesTable, delivery);
  await project(callbackNamed('cc'), delivery.pk, AbortSignal.timeout(10_000));
  return delivery;
};

const json = async (...args: string[]) =>
  JSON.parse((await stage.command('calls', '--json', ...args)).output);

test('says that there are no calls', async () => {
  expect((await stage.command('calls')).output).toBe(`${LOCAL}There are no calls.\n`);
  expect(await json()).toEqual({ stage: 'local', calls: [] });
});

test('prints a call and all its deliveries, and nothing of another call', async () => {
  const first = await receive('shown-0');
  const second = await receive('shown-0', { caller: '85235757583' });
  await receive('shown-1');
  const { code, output } = await stage.command('calls', 'cc#shown-0');
  const { call, deliveries } = await json('cc#shown-0');

  expect(code).toBe(0);
  expect(call).toMatchObject({ pk: 'cc#shown-0', caller: '85235757583', versions: 2 });
  expect(deliveries).toHaveLength(2);
  expect(deliveries).toEqual(expect.arrayContaining([first, second]));
  const printed = [call, ...deliveries].map((item) => `${JSON.stringify(item, null, 2)}\n`);
  expect(output).toBe(LOCAL + printed.join(''));
});

test('prints the rejected bodies of a callback', async () => {
  const rejected = { pk: 'rejected#pns', sk: 'a'.repeat(64), body: '{}', issues: [] };
  await stage.put(stage.deliveriesTable, rejected);

  expect(await json('rejected#pns')).toEqual({ stage: 'local', deliveries: [rejected] });
});

test('lists all calls without a key, the oldest first, and nothing that a terminal would obey', async () => {
  const at = (seconds: number) => ({
    startTime: String(Date.parse('2026-11-03T00:00:00Z') + seconds * 1000),
  });
  await receive('late', {
    ...at(9),
    caller: '85235757583',
    callee: '852\u001b[2J',
    answered: true,
    callDuration: 6,
  });
  await receive('early', { ...at(3), answered: false });
  const { code, output } = await stage.command('calls');
  const [rows = '', hint] = output.slice(LOCAL.length).split('\n\n');
  const lines = rows.split('\n');
  const times = lines.map((line) => line.slice(0, 19));

  expect(code).toBe(0);
  expect(lines).toHaveLength((await stage.items(stage.callsTable)).length);
  expect(times).toEqual(times.toSorted());
  expect(rows).toMatch(/^2026-11-0\d \d\d:\d\d:09 {2}answered 6 s +85235757583 -> 852\\u001b\[2J +cc#late$/m);
  expect(rows).toMatch(/^2026-11-0\d \d\d:\d\d:03 {2}not answered +cc#early$/m);
  expect(hint).toMatch(/^npm run calls -- 'cc#[^']+' shows all that there is of one\.\n$/);
});

test('says that there is no such call', async () => {
  expect(await stage.command('calls', 'cc#nobody')).toMatchObject({
    code: 1,
    errors: 'There is no cc#nobody; a key is like pns#45 or rejected#pns.\n',
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

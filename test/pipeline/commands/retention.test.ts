import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { project } from '../../../shared/calls/project.ts';
import type { Delivery } from '../../../shared/deliveries/delivery.ts';
import { archived } from '../../support/archive.ts';
import { callbackNamed, deliveries, reception } from '../../support/calls.ts';
import {
  deliveryOf,
  finish,
  ids,
  LOCAL,
  type LocalStage,
  proxied,
  start,
  startLocalStage,
} from '../../support/commands.ts';

const DAY = 86_400;
const now = Date.now();
const daysAgo = (days: number) => new Date(now - days * DAY * 1000).toISOString();
/** When what came so many days ago expires. */
const expiry = (received: number, kept: number) => Math.floor(now / 1000) + (kept - received) * DAY;

let stage: LocalStage;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  stage = await startLocalStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  env = { ...stage.env, DATA_DIR: mkdtempSync(join(tmpdir(), 'retention-')) };
});
afterEach(async () => {
  await stage.empty();
  rmSync(env.DATA_DIR ?? '', { recursive: true, force: true });
});

const run = (settings: Record<string, string>, ...args: string[]) =>
  finish(start('retention', args, { env: { ...env, ...settings } }));

const put = (...items: object[]) => Promise.all(items.map((item) => stage.put(stage.deliveriesTable, item)));

/** When each item expires, by its key; the archiver's are left to the projector. */
const expiries = async () => {
  const items = await stage.items(stage.deliveriesTable);
  return Object.fromEntries(items.map(({ pk, expiresAt }) => [pk, expiresAt]));
};

const cc = (id: string, received: number, fields: object = {}): Delivery => ({
  ...deliveryOf(id),
  receivedAt: daysAgo(received),
  ...fields,
});
const ofAgent = (received: number): Delivery => {
  const [event] = deliveries('predictive', [{ type: 1, state: 2, time: 1558677726, agentid: 'a-1' }]);
  if (event === undefined) throw new Error('no event');
  return { ...event, receivedAt: daysAgo(received) };
};
const rejected = (received: number) => ({
  ...reception('pns', 'no JSON').item,
  receivedAt: daysAgo(received),
});
const tombstone = { pk: `erased#${'0'.repeat(64)}`, sk: 'erased', erasedAt: daysAgo(1) };

const CC_AND_ALL = { RETENTION_DAYS: '365', CC_RETENTION_DAYS: '30' };

test('what is there expires by the settings, by its callback, and nothing but bodies is touched', async () => {
  const result = archived('cc#new', 'recording', 'https://recordings.example/1', { pk: 'cc#archived' });
  await put(cc('new', 1), cc('old', 40), ofAgent(40), rejected(3), tombstone, result);
  const { code, output } = await run(CC_AND_ALL);

  expect({ code, output }).toEqual({
    code: 0,
    output: `${LOCAL}Kept: cc 30 days, predictive 365 days, icc 365 days, pns 365 days.
4 bodies read: 4 expire at another time now, 1 of them at once.
Their calls follow within minutes, without an event.
`,
  });
  expect(await expiries()).toEqual({
    'cc#new': expiry(1, 30),
    'cc#old': expiry(40, 30),
    'predictive#agent:a-1': expiry(40, 365),
    'rejected#pns': expiry(3, 30),
    'cc#archived': undefined,
    [tombstone.pk]: undefined,
  });
});

test('run again it changes nothing, and without the setting nothing expires but what was rejected', async () => {
  await put(cc('new', 1), cc('old', 40), rejected(3));
  await run(CC_AND_ALL);
  const again = JSON.parse((await run(CC_AND_ALL, '--json')).output);
  const { output } = await run({});

  expect(again).toMatchObject({ seen: 3, changed: 0, hidden: 0 });
  expect(output).toContain('Kept: cc without an end, predictive without an end');
  expect(await expiries()).toEqual({
    'cc#new': undefined,
    'cc#old': undefined,
    'rejected#pns': expiry(3, 30),
  });
});

test('a call follows its bodies without a new version, and comes back with them', async () => {
  const body = cc('back', 40);
  await put(body);
  const projected = async () => {
    await project(callbackNamed('cc'), body.pk, AbortSignal.timeout(60_000));
    const [{ expiresAt, ...call } = { expiresAt: undefined }] = await stage.items(stage.callsTable);
    return { expiresAt, call };
  };
  const before = await projected();
  await run({ CC_RETENTION_DAYS: '30' });
  expect(await projected()).toEqual({ expiresAt: expiry(40, 30), call: before.call });
  await run({ CC_RETENTION_DAYS: '300' });
  expect(await projected()).toEqual({ expiresAt: expiry(40, 300), call: before.call });
  await run({});
  expect(await projected()).toEqual(before);
});

test('a body that comes again meanwhile keeps what the consumer gave it', async () => {
  const body = rejected(3);
  await put({ ...body, expiresAt: 1 });
  const { proxy, port } = await proxied(stage.database);
  const again = { ...body, receivedAt: daysAgo(0), expiresAt: 4_000_000_000 };
  proxy.faultOf = async ({ action }) => {
    if (action === 'UpdateItem') await put(again);
    return undefined;
  };
  const { output } = await run({ ...CC_AND_ALL, DYNAMODB_PORT: port }, '--json');
  await proxy.stop();

  expect(JSON.parse(output)).toMatchObject({ seen: 1, changed: 0 });
  expect(await expiries()).toEqual({ 'rejected#pns': 4_000_000_000 });
});

test('--dry-run only says what would change', async () => {
  await put(cc('new', 1), cc('old', 40));
  const before = await stage.items(stage.deliveriesTable);
  const { output } = await run(CC_AND_ALL, '--dry-run');

  expect(output).toContain('2 bodies read: 2 would expire at another time, 1 of them at once.');
  expect(await stage.items(stage.deliveriesTable)).toEqual(before);
  expect((await run(CC_AND_ALL, '--resume')).errors).toMatch(/^No retention of this stage was interrupted/);
});

test('interrupted, it goes on from there, but not with other settings', async () => {
  await put(...ids('many', 400).map((id) => cc(id, 40)));
  const child = start('retention', ['--rate', '5'], { env: { ...env, ...CC_AND_ALL } });
  const changed = async () =>
    Object.values(await expiries()).filter((expiresAt) => expiresAt !== undefined).length;
  await vi.waitUntil(async () => (await changed()) > 0, { timeout: 60_000, interval: 20 });
  child.kill('SIGINT');
  const { code, errors } = await finish(child);
  const done = await changed();

  expect(code).toBe(1);
  expect(errors).toBe('Interrupted. Run it again with --resume to continue.\n');
  expect(done).toBeLessThan(400);
  expect((await run({ RETENTION_DAYS: '7' }, '--resume')).errors).toMatch(/^The settings have changed since/);
  expect((await run(CC_AND_ALL, '--resume')).code).toBe(0);
  expect(await changed()).toBe(400);
});

test('it stops when the table is away, and says how it goes on', async () => {
  await put(cc('old', 40));
  const { proxy, port } = await proxied(stage.database);
  proxy.faultOf = ({ action }) => (action === 'UpdateItem' ? 'error' : undefined);
  const { code, errors } = await run({ ...CC_AND_ALL, DYNAMODB_PORT: port });
  await proxy.stop();

  expect(code).toBe(1);
  expect(errors).toMatch(/^Stopped by .*with --resume to continue/);
  expect((await run(CC_AND_ALL, '--resume')).code).toBe(0);
});

test.each([
  [{ RETENTION_DAYS: 'all' }, [], /^RETENTION_DAYS is "all": it must be a whole number of days/],
  [{ PNS_RETENTION_DAYS: '0' }, [], /^PNS_RETENTION_DAYS is "0"/],
  [{}, ['--rate', '0'], /^--rate 0 must be/],
  [{}, ['--resume'], /^No retention of this stage was interrupted/],
])('with %j and %j it says what is wrong, and changes nothing', async (settings, args, message) => {
  await put(cc('old', 40));
  const { code, errors } = await run(settings, ...args);

  expect(code).toBe(1);
  expect(errors).toMatch(message);
  expect(await expiries()).toEqual({ 'cc#old': undefined });
});

test('a rejected body that has expired is neither replayed nor shown', async () => {
  const item = { ...reception('pns', '{"id": 45, "callId": "c"}').item, ...rejected(31) };
  await put({ ...item, body: JSON.stringify({ id: 45, callId: 'c' }), expiresAt: expiry(31, 30) });

  expect((await stage.command('replay')).output).toContain('There are no rejected bodies.');
  expect((await stage.command('calls', 'rejected#pns')).errors).toMatch(
    /^Nothing was found for rejected#pns/,
  );
});

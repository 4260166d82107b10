import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tombstoneKey } from '../../shared/deliveries/tombstone.ts';
import { ERASURES } from '../../shared/exports/erasures.ts';
import { deliveries } from '../support/calls.ts';
import { finish } from '../support/commands.ts';
import { type Erasing, startErasing } from '../support/erasing.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { placesWith } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { type Endpoint, startEndpoint } from '../support/webhook-endpoint.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const DELIVERIES = 'nxcloud-callbacks-local-deliveries';
const DAY = Date.UTC(2026, 5, 15, 4);
const CALLS = 60;

let server: RecordingServer;
let endpoint: Endpoint;
let stage: Erasing;
beforeAll(async () => {
  [server, endpoint] = [await startRecordingServer(), await startEndpoint(SECRET)];
  stage = await startErasing({ WEBHOOK_URLS: endpoint.url, WEBHOOK_SECRET: SECRET });
});
afterAll(() => Promise.all([server.stop(), endpoint.stop()]));

/** Calls of a number, a sixth of them with a recording; their bodies. */
const ring = async (name: string, caller: string): Promise<object[]> => {
  const bodies = Array.from({ length: CALLS }, (_, n) => ({
    callId: `${name}-${n}`,
    caller,
    startTime: DAY + n * 60_000,
    ...(n % 6 === 0 && { recordUrl: server.url('/tiny') }),
  }));
  for (const body of bodies) expect(await stage.send('cc', body)).toBe(200);
  await until(async () => {
    const calls = Object.values(await countedOf(name));
    const archived = calls.filter((call) => call.includes('"state":"archived"'));
    return calls.length === CALLS && archived.length === CALLS / 6;
  });
  return bodies;
};

const countedOf = async (name: string) =>
  Object.fromEntries(
    Object.entries(await stage.stores.calls()).filter(([place]) => place.startsWith(`cc#${name}-`)),
  );

const tombstones = async (): Promise<number> =>
  Object.keys(await stage.stores.deliveries()).filter((place) => place.startsWith('erased#')).length;

/** The places that have a number, or are of its calls. */
const placesOf = async (name: string, number: string): Promise<string[]> => {
  const all = await stage.stores.all();
  const own = Object.keys(all).filter((place) => place.includes(`cc#${name}-`));
  return [...new Set([...placesWith(number.slice(1), all), ...own])];
};

const recordings = async (): Promise<number> =>
  Object.keys(await stage.stores.bucket()).filter((key) => key.startsWith('recordings/')).length;

test('killed again and again, and run again, an erasure comes to the same end', async () => {
  await ring('other', '85238533300');
  await ring('killed', '85263149027');
  const period = { from: '2026-06-15', to: '2026-06-15' };
  const exports = [await stage.exported('csv', period), await stage.exported('xlsx', period)];
  const others = await countedOf('other');
  const first = await tombstones();
  for (const after of [1, CALLS / 3, CALLS - 5]) {
    const child = stage.erasing('85263149027', ['--yes']);
    await until(async () => (await tombstones()) >= first + after);
    child.kill('SIGKILL');
    await finish(child);
  }
  const { code } = await stage.erase('85263149027', ['--yes']);

  expect(code).toBe(0);
  expect(await placesOf('killed', '85263149027')).toEqual([]);
  expect(await tombstones()).toBe(first + CALLS);
  expect(await countedOf('other')).toEqual(others);
  expect(await recordings()).toBe(CALLS / 6);
  const files = Object.keys(await stage.stores.bucket());
  expect(
    files.filter((key) => exports.some((id) => key === `exports/${id}.csv` || key === `exports/${id}.xlsx`)),
  ).toEqual([]);
});

test('the exports of an erasure that was killed once its calls were gone go with the next one', async () => {
  const [gone, kept] = [
    await stage.exported('csv', { from: '2021-03-04', to: '2021-03-08' }),
    await stage.exported('csv', { from: '2021-03-04', to: '2021-03-05' }),
  ];
  const Body = JSON.stringify({ state: 'removed', days: ['2021-03-07'] });
  await stage.stores.s3.send(
    new PutObjectCommand({ Bucket: 'nxcloud-callbacks-local', Key: `${ERASURES}killed.json`, Body }),
  );
  const { code } = await stage.erase('85263149099', ['--yes']);
  const files = Object.keys(await stage.stores.bucket());

  expect(code).toBe(0);
  expect(files).not.toContain(`exports/${gone}.csv`);
  expect(files).toContain(`exports/${kept}.csv`);
});

test('interrupted, it says so on a certificate that is not complete, and goes on', async () => {
  await ring('stopped', '85263149028');
  const first = await tombstones();
  const child = stage.erasing('85263149028', ['--yes']);
  await until(async () => (await tombstones()) > first);
  child.kill('SIGINT');
  const { code, errors } = await finish(child);
  const { json, texts } = stage.lastCertificate();
  const again = await stage.erase('85263149028', ['--yes']);

  expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringContaining('Run it again') });
  expect(json.isComplete).toBe(false);
  expect(texts[1]).toContain('NOT COMPLETE');
  expect(again.code).toBe(0);
  expect(stage.lastCertificate().json.isComplete).toBe(true);
  expect(await placesOf('stopped', '85263149028')).toEqual([]);
});

test('two at once, of one number and of two, do no less than one after the other', async () => {
  await Promise.all([ring('one', '85263149029'), ring('two', '85263149030')]);
  for (const [n, number] of ['85263149029', '85263149030', '85238533300'].entries()) {
    await stage.sendToQueue('deliveries-dlq', `${n} no JSON of ${number}`);
  }
  const ends = await Promise.all(
    ['85263149029', '85263149029', '85263149030'].map((number) => stage.erase(number, ['--yes'])),
  );

  expect(ends.map(({ code, errors }) => ({ code, errors }))).toEqual(Array(3).fill({ code: 0, errors: '' }));
  expect(await placesOf('one', '85263149029')).toEqual([]);
  expect(await placesOf('two', '85263149030')).toEqual([]);
  expect(placesWith('85238533300', await stage.stores.queues())).toHaveLength(1);
});

test('while callbacks of the calls come again and again, they stay away, and a new call of the number is kept', async () => {
  const bodies = await ring('again', '85263149031');
  let isOver = false;
  const deliver = async () => {
    for (let n = 0; !isOver; n++) {
      const body = bodies[n % CALLS] ?? {};
      await stage.send('cc', n % 2 === 0 ? body : { ...body, callDuration: n });
    }
  };
  const first = await tombstones();
  const delivering = [deliver(), deliver()];
  const child = stage.erasing('85263149031', ['--yes']);
  await until(async () => (await tombstones()) > first);
  await stage.send('cc', { callId: 'new-call', caller: '85263149031' });
  const { code } = await finish(child);
  isOver = true;
  await Promise.all(delivering);
  await stage.atRest();
  await until(async () => 'cc#new-call ' in (await stage.stores.calls()));

  expect(code).toBe(0);
  expect(Object.keys(await countedOf('again'))).toEqual([]);
  expect(
    Object.keys(await stage.stores.deliveries()).filter((place) => place.startsWith('cc#again-')),
  ).toEqual([]);
});

test('nobody is told of an erased call of which a body was stored for a moment', async () => {
  const [item, other] = deliveries('cc', [
    { callId: 'leak', caller: '85263149032', startTime: Date.now() },
    { callId: 'no-leak', caller: '85238533300', startTime: Date.now() },
  ]);
  if (item === undefined || other === undefined) throw new Error('no deliveries');
  const put = (what: object) =>
    stage.stores.dynamodb.send(new PutItemCommand({ TableName: DELIVERIES, Item: marshall(what) }));
  await put({ ...tombstoneKey(item.pk), erasedAt: new Date().toISOString() });
  // As a consumer does between its put and its second look.
  await put(item);
  await put(other);
  await until(() => endpoint.sent.some(({ event }) => event.data.pk === other.pk));
  const Key = marshall({ pk: item.pk, sk: item.sk });
  await stage.stores.dynamodb.send(new DeleteItemCommand({ TableName: DELIVERIES, Key }));
  await until(() => stage.stores.log().includes('"outcome":"erased"'));

  expect(endpoint.sent.filter(({ event }) => event.data.pk === item.pk)).toEqual([]);
  expect(placesWith('5263149032', await stage.stores.all())).toEqual([]);
});

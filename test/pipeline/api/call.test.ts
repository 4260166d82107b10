import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { cc } from '../../../shared/callbacks/cc.ts';
import { receive } from '../../../shared/deliveries/delivery.ts';
import { get, listCalls, store, storeCall } from '../../support/api.ts';
import { deliveries } from '../../support/calls.ts';
import { useOwnTables } from '../../support/own-tables.ts';
import { dynamodb } from '../../support/pipeline.ts';
import { samples } from '../../support/samples.ts';

beforeAll(() => useOwnTables('api-call'));

test('opens a call with its versions, and what each of them changed', async () => {
  const pk = await storeCall(
    'pns',
    { id: 46, callId: 'c', caller: '1', startAt: 1_700_000_000 },
    { id: 46, callId: 'c', caller: '2', duration: 7 },
  );
  const { status, body } = await get('/api/call', { pk });

  expect(status).toBe(200);
  expect(body.call).toMatchObject({ pk: 'pns#46', caller: '2', talkSeconds: 7, versions: 2, rev: 1 });
  expect(body.versions.map(({ changed }: { changed: string[] }) => changed.sort())).toEqual([
    expect.arrayContaining(['callId', 'caller', 'startedAt']),
    expect.arrayContaining(['caller', 'talkSeconds']),
  ]);
  expect(body.versions[1].changed).not.toContain('startedAt');
});

test('says that bodies from the list of calls only added fields', async () => {
  const [callback, list] = deliveries('cc', [
    { callId: 'listed', caller: '1' },
    { callId: 'listed', caller: '2', callee: '3' },
  ]) as [never, never];
  const pk = await store([callback, { ...(list as object), source: 'list' } as never]);
  const { body } = await get('/api/call', { pk });

  expect(body.call).toMatchObject({ caller: '1', callee: '3' });
  expect(body.versions).toMatchObject([
    { source: 'callback', changed: expect.arrayContaining(['caller']) },
    { source: 'list', changed: ['callee'] },
  ]);
});

test('has the events of a predictive call in the order in which they happened', async () => {
  const bodies = samples.filter(({ file }) => /^predictive-.*-/.test(file)).map(({ body }) => body);
  const pk = await storeCall('predictive', ...bodies);
  const { body: answer } = await get('/api/call', { pk });
  const times = answer.events.map(({ at }: { at: string }) => at);

  expect(times.length).toBeGreaterThan(2);
  expect(times).toEqual(times.toSorted());
  expect(answer.events[0]).toMatchObject({ leg: expect.any(String), state: expect.any(String) });
});

test('has the long fields, which no list has', async () => {
  const pk = await storeCall('cc', {
    callId: 'long',
    caller: '85266667777',
    other: 'o'.repeat(3_000),
    intent: 'i'.repeat(3_000),
  });
  const [listed = {}] = await listCalls({ number: '85266667777' });
  const { body } = await get('/api/call', { pk });

  expect(body.call).toMatchObject({ passthrough: 'o'.repeat(3_000), intent: 'i'.repeat(3_000) });
  expect(listed).toMatchObject({ pk });
  expect(Object.keys(listed)).not.toEqual(expect.arrayContaining(['passthrough']));
  expect(listed).not.toHaveProperty('intent');
});

test.each([
  ['of a call', '{"callId" : "bytes","other":"\\u0000 😀 \ud800"}'],
  ['with a byte order mark', '\ufeff{"callId":"bytes-2"}'],
])('returns a body %s byte for byte', async (_what, text) => {
  const body = Buffer.from(text).toString();
  const [item] = deliveries('cc', [body]);
  await store([item as never]);
  const { body: answer } = await get('/api/call', { pk: item?.pk ?? '', sk: item?.sk ?? '' });

  expect(Buffer.from(answer.body)).toEqual(Buffer.from(body));
});

const put = (item: object) =>
  dynamodb.send(new PutItemCommand({ TableName: process.env.DELIVERIES_TABLE, Item: marshall(item) }));

test.each([
  ['text', 'nonsense', undefined],
  ['bytes', Buffer.from([0xff, 0xfe, 0x00]), 'base64'],
])('returns a rejected body that is %s', async (_what, bytes, bodyEncoding) => {
  const rejected = receive(cc, Buffer.from(bytes), new Date().toISOString()).item;
  await put(rejected);
  const { body } = await get('/api/call', { pk: 'rejected#cc', sk: rejected.sk });

  expect(Buffer.from(body.body, bodyEncoding as BufferEncoding | undefined)).toEqual(Buffer.from(bytes));
  expect(body.bodyEncoding).toBe(bodyEncoding);
});

test('hides a rejected body that has expired', async () => {
  await put({ pk: 'rejected#cc', sk: 'expired', body: 'x', expiresAt: 1_700_000_000 });

  expect(await get('/api/call', { pk: 'rejected#cc', sk: 'expired' })).toMatchObject({ status: 404 });
});

test.each([
  ['an unknown id', { pk: 'cc#nobody' }],
  ['an unknown product', { pk: 'sms#1' }],
  ['an agent', { pk: 'predictive#agent:4711' }],
  ['rejected bodies', { pk: 'rejected#cc' }],
  ['no product', { pk: '1' }],
  ['nothing behind the product', { pk: 'cc#' }],
  ['an unknown version', { pk: 'pns#46', sk: 'body#0000000000000000' }],
  ['what is no body', { pk: 'pns#46', sk: 'archive#recording' }],
  ['the longest key', { pk: `cc#${'1'.repeat(2045)}`, sk: '1'.repeat(1024) }],
])('answers 404 to %s', async (_what, query) => {
  await put({ pk: 'pns#46', sk: 'archive#recording', state: 'archived' });

  expect(await get('/api/call', query)).toMatchObject({ status: 404, body: { error: 'not_found' } });
});

test.each([
  ['no pk', '', 'pk'],
  ['an empty pk', 'pk=', 'pk'],
  ['a pk that is too long', `pk=cc%23${'1'.repeat(2046)}`, 'pk'],
  ['an sk that is too long', `pk=cc%231&sk=${'1'.repeat(1025)}`, 'sk'],
  ['an unknown parameter', 'pk=cc%231&id=1', 'id'],
])('refuses %s', async (_what, query, path) => {
  expect(await get('/api/call', query)).toMatchObject({ status: 400, body: { issues: [{ path }] } });
});

test("opens a call of 100 versions of 128 KiB within the limit of Lambda's answers", async () => {
  const forms = (n: number) =>
    JSON.stringify({
      ...Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`field-${i}`, `${n} ${'x'.repeat(8)}`])),
    });
  const bodies = Array.from({ length: 100 }, (_, n) => {
    const body = JSON.stringify({ callId: 'versions', callDuration: n, other: forms(n) });
    return body.padEnd(128 * 1024, ' ');
  });
  const pk = await storeCall('cc', ...bodies);
  const { status, text, body } = await get('/api/call', { pk });

  expect(status).toBe(200);
  expect(body.versions).toHaveLength(100);
  // What Lambda answers with is escaped once more.
  expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6 * 1024 * 1024);
});

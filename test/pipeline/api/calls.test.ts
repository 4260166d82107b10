import { beforeAll, expect, test } from 'vitest';
import { get, listCalls, type Query, storeCall } from '../../support/api.ts';
import { useOwnTables } from '../../support/own-tables.ts';

const AT = '2026-11-25T20:00:00.000Z';
const NEW_YORK = '2026-11-01';

beforeAll(async () => {
  await useOwnTables('api-calls');
  const cc = (callId: string, fields: object) => storeCall('cc', { callId, ...fields });
  await cc('day', { startTime: Date.parse(AT), caller: '85211112222', agentName: 'Lee', callDuration: 30 });
  await cc('other', { startTime: Date.parse(AT) + 1, caller: '名'.repeat(100), direction: 2, other: '{}' });
  await cc('dst', { startTime: Date.parse('2026-11-01T06:30:00Z'), taskId: 'task-1' });
});

test('lists all calls, newest first, page by page, without long fields', async () => {
  const calls = await listCalls({ from: '2026-11-01', limit: '1' });

  expect(calls.map(({ pk }) => pk)).toEqual(['cc#other', 'cc#day', 'cc#dst']);
  expect(calls[0]).not.toHaveProperty('passthrough');
  expect(calls[0]).toMatchObject({ at: expect.stringContaining('2026-11-25T20:00:00.001Z#'), versions: 1 });
});

test.each<[string, Record<string, string>, string[]]>([
  ['a number however it is written', { number: '+852 1111-2222' }, ['cc#day']],
  ['a name longer than a key', { caller: '名'.repeat(100) }, ['cc#other']],
  ['an agent', { agent: 'name:lee' }, ['cc#day']],
  ['a taskId', { id: 'task-1' }, ['cc#dst']],
  ['products and a period', { callback: 'cc,pns', from: '2026-11-02' }, ['cc#day', 'cc#other']],
  ['a direction and a talk time', { minTalk: '30', maxTalk: '30', from: '2026-11-02' }, ['cc#day']],
  ['a date of the zone of the stage', { from: '2026-11-26', to: '2026-11-26' }, ['cc#day', 'cc#other']],
  ['a date of another zone', { from: '2026-11-25', to: '2026-11-25', zone: 'UTC' }, ['cc#day', 'cc#other']],
  ['a date of 25 hours', { from: NEW_YORK, to: NEW_YORK, zone: 'America/New_York' }, ['cc#dst']],
  ['an offset', { from: '2026-11-26T04:00:00+08:00', to: '2026-11-26T04:00:00.001+08:00' }, ['cc#day']],
  ['nothing', { number: '85299998888' }, []],
])('finds by %s', async (_what, query, pks) => {
  expect((await listCalls({ from: '2026-11-01', ...query })).map(({ pk }) => pk).sort()).toEqual(pks);
});

test('finds by any of several agents', async () => {
  const { body } = await get('/api/calls', 'from=2026-11-01&agent=id:none&agent=Lee');

  expect(body.calls).toMatchObject([{ pk: 'cc#day', agentName: 'Lee' }]);
});

test('reads the last 30 days if no period is given', async () => {
  const startTime = Date.now() - 29 * 86_400_000;
  await storeCall('cc', { callId: 'recent', caller: '85277778888', startTime });
  await storeCall('cc', {
    callId: 'earlier',
    caller: '85277778888',
    startTime: startTime - 2 * 86_400_000,
  });

  expect((await listCalls({ number: '85277778888' })).map(({ pk }) => pk)).toEqual(['cc#recent']);
});

test.each<[string, Query, string]>([
  ['an unknown parameter', 'frm=2026-11-01', 'frm'],
  ['a name of every object', '__proto__=1', '__proto__'],
  ['a parameter given twice', 'id=1&id=2', 'id'],
  ['a date that does not exist', 'from=2026-02-30', 'from'],
  ['a time that is none', 'to=yesterday', 'to'],
  ['an offset of which the plus is a space', 'from=2026-11-26T08:00:00+08:00', 'from'],
  ['a period that ends before it begins', 'from=2026-11-02&to=2026-11-01', 'from'],
  ['an unknown zone', 'zone=Asia/Nowhere', 'zone'],
  ['an unknown product', 'callback=cc,sms', 'callback'],
  ['no product', 'callback=', 'callback'],
  ['an unknown direction', 'direction=sideways', 'direction'],
  ['an unknown status', 'status=fine', 'status'],
  ['an unknown party', 'hangupBy=nobody', 'hangupBy'],
  ['neither yes nor no', 'answered=1', 'answered'],
  ['neither yes nor no', 'abandoned=TRUE', 'abandoned'],
  ['less than no time', 'minTalk=-1', 'minTalk'],
  ['a time with a fraction', 'maxTalk=1.5', 'maxTalk'],
  ['a recording that is not wanted', 'recording=false', 'recording'],
  ['an empty value', 'issues=', 'issues'],
  ['a number without digits', 'number=%2B', 'number'],
  ['a blank caller', 'caller=%20', 'caller'],
  ['a callee of 257 characters', `callee=${'1'.repeat(257)}`, 'callee'],
  ['too many agents', 'agent=a&'.repeat(21), 'agent'],
  ['an empty agent', 'agent=a&agent=', 'agent'],
  ['no calls', 'limit=0', 'limit'],
  ['more calls than a page can have', 'limit=201', 'limit'],
  ['a limit that is no number', 'limit=1e1', 'limit'],
  ['a cursor of something else', 'cursor=eyJwayI6MX0', 'cursor'],
  ['a cursor of a day that does not exist', 'cursor=2026-02-30', 'cursor'],
])('refuses %s, and names it: %s', async (_what, query, path) => {
  const { status, body } = await get('/api/calls', query);

  expect({ status, body }).toEqual({
    status: 400,
    body: { error: 'invalid_query', issues: [{ path, message: expect.stringMatching(/^(must|is) /) }] },
  });
});

test('names every problem', async () => {
  const { body } = await get('/api/calls', 'x=1&limit=0&answered=maybe');

  expect(body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['answered', 'limit', 'x']);
});

test('accepts the cursor of another query as a position in time', async () => {
  const { body } = await get('/api/calls', {
    from: '2026-11-01',
    cursor: '~2026-11-25T20:00:00.001Z',
    limit: '1',
  });

  expect(body.calls).toMatchObject([{ pk: 'cc#day' }]);
});

import { hash, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { itemsOf, post, settled, stored } from '../support/pipeline.ts';

test('keeps two ids that differ in the last of 19 digits apart', async () => {
  await post('pns', '{"id":9223372036854775806,"duration":1}');
  await post('pns', '{"id":9223372036854775807,"duration":2}');

  expect(await itemsOf('pns#9223372036854775806')).toMatchObject([
    { id: '9223372036854775806', talkSeconds: 1 },
  ]);
  expect(await itemsOf('pns#9223372036854775807')).toMatchObject([
    { id: '9223372036854775807', talkSeconds: 2 },
  ]);
});

test('takes an id for the same as a number and as a string', async () => {
  const [first, second] = ['{"id":9007199254740993}', '{"id":"9007199254740993"}'];
  await post('pns', first);
  await settled();
  await post('pns', second);

  expect(await itemsOf('pns#9007199254740993')).toMatchObject([
    { sk: 'call', body: first },
    { sk: `call#changed#${hash('sha256', second).slice(0, 16)}`, body: second },
  ]);
});

test('leaves the first item untouched when the same call comes with another body', async () => {
  const callId = randomUUID();
  const first = JSON.stringify({ callId, callDuration: 7 });
  const second = JSON.stringify({ callId, callDuration: 8 });
  for (const body of [first, second, second, first]) {
    await post('cc', body);
    await settled();
  }

  expect(await itemsOf(`cc#${callId}`)).toMatchObject([
    { sk: 'call', body: first, talkSeconds: 7 },
    { sk: `call#changed#${hash('sha256', second).slice(0, 16)}`, body: second, talkSeconds: 8 },
  ]);
});

test('takes every way to write a long for the same', async () => {
  for (const id of [
    '7777777777777777777',
    '+7777777777777777777',
    '07777777777777777777',
    '7777777777777777777.0',
  ]) {
    await post('pns', { id });
  }

  expect((await itemsOf('pns#7777777777777777777')).length).toBe(4);
});

test('identifies a PNS call whose id is 0, as an int64 that is not set, by its callId', async () => {
  const callId = randomUUID();

  expect(await stored('pns', { id: 0, callId })).toMatchObject({ pk: `pns#${callId}` });
});

test('identifies a PNS call without id by its callId', async () => {
  const callId = randomUUID();

  expect(await stored('pns', { id: null, callId })).toMatchObject({
    pk: `pns#${callId}`,
    sk: 'call',
    callId,
  });
});

test.each([
  ['cc', { callId: ' ' }],
  ['icc', { data: { id: '\t' } }],
  ['pns', { id: 0, caller: '85235757583' }],
  ['pns', { id: '00', callId: '  ' }],
  ['predictive', { type: 1, state: 2, time: 1558678152815399, uuid: ' ', agentid: '\n' }],
])('identifies no call of %s by a zero or by nothing but space: %j', async (callback, payload) => {
  const { status, body } = await post(callback, payload);

  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain('needed to identify the call');
});

test('identifies an event with nothing but space for a call by its agent', async () => {
  const event = { type: 1, state: 2, time: Date.now() * 1000, uuid: ' ', agentid: 'a-2' };

  expect(await stored('predictive', event)).toMatchObject({ pk: 'predictive#agent:a-2' });
});

test('keeps the agent leg and the call leg of one moment as two events', async () => {
  const event = { uuid: randomUUID(), state: 4, time: '1558678152815399', callid: '104906' };
  for (const type of [1, 2]) await post('predictive', { ...event, type });

  expect(await itemsOf(`predictive#${event.uuid}`)).toMatchObject([
    { sk: 'event#1558678152815399#1#4', status: 'agent:hungup' },
    { sk: 'event#1558678152815399#2#4', status: 'call:hungup' },
  ]);
});

test.each([
  [{ agentid: 'a-1', sipid: 's-1', username: 'u-1' }, 'a-1'],
  [{ agentid: '', sipid: 1049002, username: 'u-1' }, '1049002'],
  [{ username: 'u-1' }, 'u-1'],
])('identifies an event without a call by its agent: %j', async (agent, id) => {
  const item = await stored('predictive', { type: 1, state: 2, time: Date.now() * 1000, ...agent });

  expect(item.pk).toBe(`predictive#agent:${id}`);
});

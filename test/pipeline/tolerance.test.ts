import { hash, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { post, stored } from '../support/pipeline.ts';

const icc = (fields: object) => stored('icc', { data: { id: randomUUID(), ...fields } });
const cc = (fields: object) => stored('cc', { callId: randomUUID(), ...fields });
const pns = (fields: object) => stored('pns', { callId: randomUUID(), ...fields });

describe('scalars', () => {
  test('reads integers that arrive as strings', async () => {
    expect(await cc({ callDuration: '7', direction: '1', startTime: '1691372191000' })).toMatchObject({
      talkSeconds: 7,
      direction: 'outbound',
      startedAt: '2023-08-07T01:36:31.000Z',
    });
  });

  test('reads strings that arrive as numbers and booleans', async () => {
    expect(await cc({ taskId: 12, other: 1.5, intent: true })).toMatchObject({
      taskId: '12',
      passthrough: '1.5',
      intent: 'true',
    });
  });

  test.each([
    ['true', true],
    [1, true],
    ['0', false],
    [false, false],
  ])('reads answered: %j as %s', async (answered, expected) => {
    expect(await cc({ answered })).toMatchObject({ answered: expected });
  });

  test('takes null, "" and a missing field for absent', async () => {
    const record = Object.keys(await cc({})).sort();

    expect(
      Object.keys(await cc({ callDuration: null, startTime: '', agentName: '', dtmfKeys: null })).sort(),
    ).toEqual(record);
  });

  test('keeps every digit of longs beyond 2^53', async () => {
    const id = randomUUID();
    const item = await stored(
      'icc',
      `{"data":{"id":"${id}","staffId":1688363452814331904,"taskId":1688363452814331904123}}`,
    );

    expect(item).toMatchObject({ agentId: '1688363452814331904', taskId: '1688363452814331904123' });
  });

  test('keeps a price as the decimal that was written', async () => {
    expect(await stored('cc', `{"callId":"${randomUUID()}","totalCustomerPrice":0.10}`)).toMatchObject({
      cost: '0.10',
    });
  });

  test('reads dtmf keys as a list', async () => {
    expect(await cc({ dtmfKeys: '1,2, #' })).toMatchObject({ dtmf: ['1', '2', '#'] });
  });
});

const CALLS = { cc, icc, pns };
const RESULTS = {
  0: 'none',
  1: 'unreachable',
  2: 'connected',
  3: 'no-answer',
  4: 'abandoned-in-queue',
  5: 'outside-service-hours',
  6: 'agent-no-answer',
  7: 'customer-quick-hangup',
  8: 'abandoned-in-ivr',
  9: 'agent-hangup-while-ringing',
  10: 'call-prohibited',
};

describe('codes', () => {
  test('keeps the number of an unknown code', async () => {
    expect(
      await icc({ speechCallResult: 11, callType: '7', communicateSource: 99999999999999999999n.toString() }),
    ).toMatchObject({
      status: 'unknown:11',
      direction: 'unknown:7',
      channel: 'unknown:99999999999999999999',
      answered: false,
    });
    expect(await stored('predictive', { uuid: randomUUID(), time: 1, type: 3, state: 9 })).toMatchObject({
      status: 'unknown:3:unknown:9',
    });
  });

  test.each<[keyof typeof CALLS, string, string, Record<number, unknown>]>([
    ['cc', 'direction', 'direction', { 0: 'inbound', 1: 'outbound', 2: 'ai' }],
    ['cc', 'hangupBy', 'hangupBy', { 0: 'agent', 1: 'customer', 2: 'unknown' }],
    ['pns', 'hangup', 'hangupBy', { 0: 'caller', 1: 'callee' }],
    ['pns', 'callStatus', 'status', { 0: 'unknown', 1: 'normal-end', 2: 'abnormal-end' }],
    ['icc', 'handupDirection', 'hangupBy', { 0: 'customer', 1: 'agent', 2: 'unknown', 3: 'transfer' }],
    ['icc', 'communicateSource', 'channel', { 1: 'routine', 2: 'batch-outbound', 3: 'ivr' }],
    ['icc', 'callType', 'direction', { 1: 'inbound', 2: 'outbound' }],
    ['icc', 'speechCallResult', 'status', RESULTS],
    [
      'icc',
      'speechCallResult',
      'answered',
      Object.fromEntries(Object.keys(RESULTS).map((code) => [code, code === '2'])),
    ],
  ])('names each documented code of %s %s in %s', async (callback, field, home, names) => {
    const named = Object.keys(names).map(async (code) => {
      const item = await CALLS[callback]({ [field]: Number(code) });
      return [code, item[home]];
    });

    expect(Object.fromEntries(await Promise.all(named))).toEqual(names);
  });

  test('names type and state of a predictive event', async () => {
    const named = await Promise.all(
      [1, 2].flatMap((type) =>
        [0, 1, 2, 3, 4].map((state) => stored('predictive', { uuid: randomUUID(), time: 1, type, state })),
      ),
    );
    const states = ['agent-hungup', 'calling', 'agent-ready', 'answered', 'hungup'];

    expect(named.map(({ status }) => status)).toEqual(
      ['agent', 'call'].flatMap((leg) => states.map((state) => `${leg}:${state}`)),
    );
  });
});

describe('times', () => {
  test('reads a time of 0, as number or text, as never', async () => {
    const item = await pns({ startAt: 1671440452, answerAt: 0, hangupAt: '0' });

    expect(item).toMatchObject({ startedAt: '2022-12-19T09:00:52.000Z', answered: false });
    expect(item).not.toHaveProperty('answeredAt');
    expect(item).not.toHaveProperty('endedAt');
  });

  test('reads seconds, milliseconds, microseconds and Datetime as one moment', async () => {
    const moment = '2020-11-24T03:29:10.000Z';

    expect(await pns({ startAt: 1606188550 })).toMatchObject({ startedAt: moment });
    expect(await cc({ startTime: 1606188550000 })).toMatchObject({ startedAt: moment });
    expect(
      await stored('predictive', { uuid: randomUUID(), type: 2, state: 1, time: '1606188550000000' }),
    ).toMatchObject({ occurredAt: moment });
    expect(await icc({ communicateBeginTime: 1606188550000 })).toMatchObject({ startedAt: moment });
  });

  test.each([
    ['2020-11-24 11:29:10', '2020-11-24T03:29:10.000Z'],
    ['2020-11-24T11:29:10.5', '2020-11-24T03:29:10.500Z'],
    ['2020-11-24T11:29:10Z', '2020-11-24T11:29:10.000Z'],
    ['2020-11-24T11:29:10-05:00', '2020-11-24T16:29:10.000Z'],
  ])('reads the Datetime %s as China Standard Time where it has no offset', async (written, moment) => {
    expect(await icc({ communicateBeginTime: written })).toMatchObject({ startedAt: moment });
  });
});

describe('bodies', () => {
  test('keeps emoji, Chinese, a raw U+FFFF, escapes and the order of keys as they were sent', async () => {
    const body = `{ "other" : "转人工 😀 \uffff \\ud83d\\ude00 \\u0000", "callId":"${randomUUID()}" , "z":1, "a":2 }`;
    const item = await stored('cc', body);

    expect(item).toMatchObject({
      body,
      bodyHash: hash('sha256', body),
      passthrough: '转人工 😀 \uffff 😀 \u0000',
    });
  });

  test('drops a byte-order mark before parsing, not from the body', async () => {
    const body = `\ufeff{"callId":"${randomUUID()}"}`;

    expect(await stored('cc', body)).toMatchObject({ body, bodyHash: hash('sha256', body) });
  });

  test('accepts unknown fields and keeps them in the body', async () => {
    const payload = { callId: randomUUID(), brandNew: { deep: [1, 2, { x: null }] } };

    expect(await stored('cc', payload)).toMatchObject({ body: JSON.stringify(payload) });
  });

  test('accepts a body of exactly 128 KiB', async () => {
    const envelope = JSON.stringify({ callId: randomUUID(), other: '' });
    const body = envelope.replace('""', `"${'x'.repeat(128 * 1024 - envelope.length)}"`);

    expect(Buffer.byteLength(body)).toBe(128 * 1024);
    expect(await stored('cc', body)).toMatchObject({ body });
  });
});

const nested = (open: string, inside: string, close: string, levels: number): string =>
  open.repeat(levels) + inside + close.repeat(levels);

describe('forms', () => {
  test('parses expansionFields, longs as text', async () => {
    expect(await icc({ expansionFields: '[{"id":1688363452814331904,"n":1,"o":{}}]' })).toMatchObject({
      forms: [{ id: '1688363452814331904', n: 1, o: {} }],
    });
  });

  test('parses expansionFields as deep as DynamoDB holds them', async () => {
    const [list, map] = [nested('[', '', ']', 30), nested('{"a":', '1', '}', 30)];

    expect(await icc({ expansionFields: list })).toMatchObject({ forms: JSON.parse(list) });
    expect(await icc({ expansionFields: map })).toMatchObject({ forms: JSON.parse(map) });
  });

  test.each([
    ['not JSON', 'free text'],
    ['a scalar', '7'],
    ['lists of more levels than DynamoDB has', nested('[', '', ']', 31)],
    ['maps of more levels than DynamoDB has', nested('{"a":', '1', '}', 31)],
    ['an empty key', '{"":1}'],
    ['a prototype', '{"__proto__":{"a":1}}'],
  ])('keeps expansionFields as text where they are %s', async (_why, expansionFields) => {
    expect(await icc({ expansionFields })).toMatchObject({ forms: expansionFields });
  });
});

test.each([
  ['2020-02-30 11:29:10', 400],
  ['2020-02-29 11:29:10', 200],
  ['2020-11-24 11:29', 200],
  ['2020-11-24 11:29:10+0800', 200],
])('answers the Datetime %s with %d', async (createTime, status) => {
  expect(await post('icc', { data: { id: randomUUID(), createTime } })).toMatchObject({ status });
});

test('keeps a call whose iccRecordDate, a String by its page, is no time', async () => {
  expect(await icc({ iccRecordDate: 'soon' })).not.toHaveProperty('connectedAt');
});

test.each(['1558677726', '1558677726000', '1558677726000000'])(
  'reads the Unix timestamp %s by its number of digits',
  async (time) => {
    const item = await stored('predictive', { uuid: randomUUID(), type: 1, state: 1, time });

    expect(item).toMatchObject({ occurredAt: '2019-05-24T06:02:06.000Z', sk: `event#${time}#1#1` });
  },
);

test('takes JSON null and a list of nothing for absent', async () => {
  expect(await icc({ expansionFields: 'null' })).not.toHaveProperty('forms');
  expect(await cc({ dtmfKeys: ' , ' })).not.toHaveProperty('dtmf');
});

test('does not mind how long a field is that identifies nothing', async () => {
  const long = 'x'.repeat(2000);
  const id = Number(BigInt(`0x${randomUUID().slice(0, 8)}`));

  expect(await stored('pns', { id, callId: long })).toMatchObject({ pk: `pns#${id}`, callId: long });
  expect(
    await stored('predictive', { uuid: randomUUID(), type: 1, state: 1, time: 1, username: long }),
  ).toMatchObject({ agentName: long });
});

test('reads a transferId of 0 as none', async () => {
  expect(await icc({ transferId: '0' })).not.toHaveProperty('transferId');
  expect(await icc({ transferId: 'T-1' })).toMatchObject({ transferId: 'T-1' });
});

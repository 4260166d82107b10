import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { CallRecord } from '../../shared/calls/call.ts';
import { keysOf } from '../../shared/calls/keys.ts';
import { bodyOf, callOf, callWith, reception } from '../support/calls.ts';
import { DOCUMENTED, documentedBody, type Page } from '../support/documented.ts';

/** What an unreadable field leaves: no value, and an issue that names it. */
const expectUnreadable = (callback: string, field: string, value: unknown, home: string) => {
  const body = bodyOf(callback, { [field]: value });
  const path = callback === 'icc' ? `data.${field}` : field;

  expect(reception(callback, body)).toMatchObject({ accepted: true, issues: [{ path }] });
  expect(callOf(callback, body)).not.toHaveProperty(home);
  expect(callOf(callback, body).issues).toMatchObject([{ path }]);
};

describe('scalars', () => {
  test('reads integers that arrive as strings, and strings that arrive as numbers and booleans', () => {
    expect(callWith('cc', { callDuration: '7', direction: '1', hangupCode: '1001.0' })).toMatchObject({
      talkSeconds: 7,
      direction: 'outbound',
      hangupCode: 1001,
    });
    expect(callWith('cc', { taskId: 12, other: 1.5, intent: true })).toMatchObject({
      taskId: '12',
      passthrough: '1.5',
      intent: 'true',
    });
  });

  test.each([
    ['{"callId":"1","caller":8.5235710033E10}', { caller: '85235710033' }],
    ['{"callId":"1","caller":"8.5235710033E10"}', { caller: '8.5235710033E10' }],
    ['{"callId":"1","caller":85235710033.0}', { caller: '85235710033' }],
    ['{"callId":"1","caller":1e+21}', { caller: '1000000000000000000000' }],
    ['{"callId":"1","caller":1e-7}', { caller: '0.0000001' }],
    ['{"callId":"1","taskId":1688363452814331904123}', { taskId: '1688363452814331904123' }],
    ['{"callId":"1","totalCustomerPrice":0.10}', { cost: '0.10' }],
    ['{"callId":"1","totalCustomerPrice":"3.5e-2"}', { cost: '0.035' }],
    ['{"callId":"1","hangupCode":1.001e3}', { hangupCode: 1001 }],
  ])('keeps every digit of %s', (body, expected) => {
    expect(callOf('cc', body)).toMatchObject(expected);
  });

  test.each([
    ['predictive', 'callid', '0085223000', 'accessNumber'],
    ['predictive', 'callid', '104-906', 'accessNumber'],
    ['icc', 'staffId', '0007', 'agentId'],
    ['icc', 'staffId', 'a-7', 'agentId'],
    ['icc', 'taskId', '1688363452814331905', 'taskId'],
    ['pns', 'caller', '+628950000000', 'caller'],
  ])('keeps the text of %s %s as written: %s', (callback, field, value, home) => {
    expect(callWith(callback, { [field]: value })).toMatchObject({ [home]: value });
  });

  test.each([
    ['true', true],
    [1, true],
    ['1', true],
    ['Y', true],
    ['yes', true],
    ['0', false],
    [false, false],
    ['N', false],
  ])('reads answered %j as %s', (written, answered) => {
    expect(callWith('cc', { answered: written })).toMatchObject({ answered });
  });

  test('treats null, "" and a missing field as absent', () => {
    const absent = { callDuration: null, startTime: '', agentName: '', dtmfKeys: null, answered: '' };

    expect(callWith('cc', absent)).toEqual({ ...callWith('cc', {}) });
  });

  test.each([
    ['cc', 'hangupCode', 'NORMAL_CLEARING', 'hangupCode'],
    ['cc', 'hangupCode', 1001.5, 'hangupCode'],
    ['cc', 'answered', 'maybe', 'answered'],
    ['cc', 'answered', 'constructor', 'answered'],
    ['cc', 'answered', '__proto__', 'answered'],
    ['cc', 'caller', { number: '85235757581' }, 'caller'],
    ['cc', 'totalCustomerPrice', 'free', 'cost'],
    ['pns', 'id', 'no long', 'requestId'],
    ['icc', 'evaluationScore', 'good', 'satisfaction'],
    ['icc', 'callType', ['1'], 'direction'],
  ])('leaves out and names an unreadable field: %s %s %j', expectUnreadable);
});

describe('durations', () => {
  test.each([
    [301148.4, 301148],
    ['6.5', 7],
    [0, 0],
    ['-0', 0],
    [604_800, 604_800],
  ])('rounds %j to %d whole seconds', (written, seconds) => {
    expect(callWith('cc', { callDuration: written })).toMatchObject({ talkSeconds: seconds });
  });

  test.each([-1, -1589276000, 604_801, 1606188570, 1606188570000, '0:07'])(
    'does not believe %j',
    (written) => {
      expectUnreadable('icc', 'communicateDuration', written, 'talkSeconds');
    },
  );
});

describe('times', () => {
  const TIMES: [callback: string, field: string, home: string][] = [
    ['cc', 'startTime', 'startedAt'],
    ['icc', 'communicateBeginTime', 'startedAt'],
    ['icc', 'iccRecordDate', 'pickedUpAt'],
    ['pns', 'startAt', 'startedAt'],
    ['predictive', 'time', 'startedAt'],
  ];

  describe.each(TIMES)('of %s %s', (callback, field, home) => {
    test.each([
      [1691372191, '2023-08-07T01:36:31.000Z'],
      ['1691372191', '2023-08-07T01:36:31.000Z'],
      [1691372191.7, '2023-08-07T01:36:31.700Z'],
      ['1552628370.54565', '2019-03-15T05:39:30.545Z'],
      [1691372191000, '2023-08-07T01:36:31.000Z'],
      ['1691372191123.9', '2023-08-07T01:36:31.123Z'],
      [1558677726435364, '2019-05-24T06:02:06.435Z'],
      ['1.691372191E12', '2023-08-07T01:36:31.000Z'],
      ['2020-11-24 11:29:10', '2020-11-24T03:29:10.000Z'],
      ['2020-11-24T11:29:10.5', '2020-11-24T03:29:10.500Z'],
      ['2020-11-24T11:29:10Z', '2020-11-24T11:29:10.000Z'],
      ['2020-11-24T11:29:10-05:00', '2020-11-24T16:29:10.000Z'],
      ['2020-11-24 11:29:10+0800', '2020-11-24T03:29:10.000Z'],
      ['2020-02-29 11:29', '2020-02-29T03:29:00.000Z'],
      [946684800, '2000-01-01T00:00:00.000Z'],
      ['4102444799.999', '2099-12-31T23:59:59.999Z'],
    ])('reads %j as %s', (written, at) => {
      expect(callWith(callback, { [field]: written })).toMatchObject({ [home]: at });
    });

    test.each([
      0,
      '0',
      -1,
      '0000-00-00 00:00:00',
      '0001-01-01 00:00:00',
      '0001-01-01T00:00:00Z',
      -62135596800,
      -62135596800000,
      '1970-01-01 08:00:00',
    ])('reads %j as never', (written) => {
      const body = bodyOf(callback, { [field]: written });

      expect(reception(callback, body).issues).toEqual([]);
      expect(callOf(callback, body)).not.toHaveProperty(home);
    });

    test.each([
      '20201124112910',
      '2020-02-30 11:29:10',
      '2020-11-24 25:00:00',
      'soon',
      7,
      946684799,
      4102444800,
      4102444800000,
      1e20,
      true,
      [1691372191],
    ])('cannot read %j', (written) => {
      expectUnreadable(callback, field, written, home);
    });
  });
});

describe('codes', () => {
  test.each([
    ['cc', 'direction', 'direction', { 0: 'inbound', 1: 'outbound', 2: 'ai' }],
    ['cc', 'hangupBy', 'hangupBy', { 0: 'agent', 1: 'customer', 2: 'unknown' }],
    ['pns', 'hangup', 'hangupBy', { 0: 'caller', 1: 'callee' }],
    ['pns', 'callStatus', 'status', { 0: 'unknown', 1: 'normal-end', 2: 'abnormal-end' }],
    ['icc', 'handupDirection', 'hangupBy', { 0: 'customer', 1: 'agent', 2: 'unknown', 3: 'transfer' }],
    ['icc', 'communicateSource', 'channel', { 1: 'routine', 2: 'batch-outbound', 3: 'ivr' }],
    ['icc', 'callType', 'direction', { 1: 'inbound', 2: 'outbound' }],
  ])('names each code of %s %s', (callback, field, home, names) => {
    for (const [written, name] of Object.entries(names)) {
      for (const way of [
        Number(written),
        written,
        ` ${written} `,
        `${written}.0`,
        name,
        name.toUpperCase(),
      ]) {
        expect(callWith(callback, { [field]: way })).toMatchObject({ [home]: name });
      }
    }
  });

  test.each([
    ['direction', 'AICC', 'ai'],
    ['direction', 'Incoming', 'inbound'],
    ['direction', 'Outgoing', 'outbound'],
    ['hangupBy', 'User hangup', 'customer'],
    ['hangupBy', 'Agent hangup', 'agent'],
    ['hangupBy', 'user', 'customer'],
  ])("reads the provider's own word for a code: %s %j", (field, word, name) => {
    expect(callWith('cc', { [field]: word })).toMatchObject({ [field]: name });
  });

  test.each(['', ' '])('treats %j as no code', (direction) => {
    expect(callWith('cc', { direction })).not.toHaveProperty('direction');
  });

  test.each([
    [7, 'unknown:7'],
    ['constructor', 'unknown:constructor'],
    ['Y', 'unknown:Y'],
    ['99999999999999999999', 'unknown:99999999999999999999'],
    [' 外呼 ', 'unknown:外呼'],
  ])('keeps a code without a name: %j', (written, name) => {
    expect(callWith('cc', { direction: written })).toMatchObject({ direction: name });
    expect(reception('cc', bodyOf('cc', { direction: written })).issues).toEqual([]);
  });
});

describe('lists and forms', () => {
  test.each([['1,2, #'], [['1', '2', '#']], [[1, 2, '#', '']]])('reads dtmf keys from %j', (dtmfKeys) => {
    expect(callWith('cc', { dtmfKeys })).toMatchObject({ dtmf: ['1', '2', '#'] });
  });

  test('treats an empty list as absent and a list of objects as unreadable', () => {
    expect(callWith('cc', { dtmfKeys: ' , ' })).not.toHaveProperty('dtmf');
    expectUnreadable('cc', 'dtmfKeys', [{ key: 1 }], 'dtmf');
  });

  test.each([['[{"id":1688363452814331904,"n":1}]'], [[{ id: '1688363452814331904', n: 1 }]]])(
    'reads a form that comes as text or parsed: %j',
    (expansionFields) => {
      expect(callWith('icc', { expansionFields })).toMatchObject({
        forms: [{ id: '1688363452814331904', n: 1 }],
      });
    },
  );

  test.each(['free text', '7', '['.repeat(31) + ']'.repeat(31)])('keeps the form %s as text', (written) => {
    expect(callWith('icc', { expansionFields: written })).toMatchObject({ forms: written });
  });

  test('treats a form of JSON null as absent', () => {
    expect(callWith('icc', { expansionFields: 'null' })).not.toHaveProperty('forms');
  });

  test('names an unreadable field with its leg, and keeps the rest', () => {
    const call = callWith('pns', {
      legList: [7, { callType: 2, duration: 'long', callAnswerAt: 1719652254, hangupCode: 16 }],
    });

    expect(call.issues).toMatchObject([{ path: 'legList.0' }, { path: 'legList.1.duration' }]);
    expect(call).toMatchObject({ answeredAt: '2024-06-29T09:10:54.000Z', hangupCode: 16, answered: true });
  });
});

test('limits the length of lists, whose elements each cost time and can have issues', () => {
  const legs = (count: number) => callWith('pns', { did: '1', legList: Array(count).fill(7) });

  expect(legs(50).issues).toHaveLength(50);
  expect(legs(51)).toMatchObject({ did: '1', issues: [{ path: 'legList' }] });
  expect(legs(51)).not.toHaveProperty('legs');
});

describe('any JSON value in any one documented field', () => {
  const value = fc.oneof(
    fc.jsonValue({ noUnicodeString: false }),
    fc.double(),
    fc.maxSafeInteger(),
    fc.constantFrom('', null, 0, -1, true, [], {}, '__proto__', 'constructor', '1e3', ' 7 '),
  );
  const InVocabulary = v.object(CallRecord.entries);
  const IDENTITIES = ['callId', 'uuid', 'id', 'requestId', 'code'];

  const callOfPage = (page: Page, changes: object): Record<string, unknown> => {
    const body = documentedBody(page, changes);
    expect(reception(page.callback, body).accepted).toBe(true);
    const call = callOf(page.callback, body);
    v.assert(InVocabulary, call);
    return { ...call, ...keysOf(call, call) };
  };

  test.each(Object.entries(DOCUMENTED))('costs only that field: %s', (_name, page) => {
    const fields = Object.keys(page.fields).filter((field) => !IDENTITIES.includes(field));
    fc.assert(
      fc.property(fc.constantFrom(...fields), value, (field, any) => {
        const without = callOfPage(page, { [field]: undefined });
        const call = callOfPage(page, { [field]: any });
        const homes = [page.fields[field]?.[1] ?? []].flat();
        // Another time can be of another day.
        const own = ['issues', ...homes, ...(homes.includes('at') ? ['slot'] : [])];
        for (const name of new Set([...Object.keys(without), ...Object.keys(call)])) {
          if (!own.includes(name)) expect(call[name], name).toEqual(without[name]);
        }
      }),
      { seed: 20_261_126, numRuns: 400 },
    );
  });
});

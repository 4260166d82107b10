import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemOf } from '../../shared/calls/item.ts';
import { bodyOf, callOf, callWith } from '../support/calls.ts';

const itemWith = (callback: string, fields: object) => itemOf(callWith(callback, fields));

test.each([
  ['its start', 'cc', { startTime: 1691372191000, ringTime: 1691372190000 }, '2023-08-07T01:36:31.000Z'],
  [
    'the earliest of its other times',
    'cc',
    { endTime: 1691372213000, ringTime: 1691372190000 },
    '2023-08-07T01:36:30.000Z',
  ],
  [
    'the arrival, not when the platform picked up',
    'icc',
    { iccRecordDate: 1605318636358, createTime: 1606188575000 },
    '2026-11-26T04:04:11.000Z',
  ],
])('dates a call by %s', (_name, callback, fields, time) => {
  const { at, slot, ref } = itemWith(callback, fields);

  expect(at).toBe(`${time}#${ref}`);
  expect(slot).toMatch(new RegExp(`^${time.slice(0, 10)}#[0-3]$`));
});

test('spreads the calls of a day over four slots', () => {
  const slots = Array.from({ length: 100 }, (_, n) => itemOf(callOf('cc', { callId: `c-${n}` })).slot);

  expect(new Set(slots).size).toBe(4);
});

test.each([
  ['predictive', { type: 1, state: 3, agentid: 'A-1', username: 'n' }, 'id:a-1'],
  ['cc', { agentName: 'Fang.Cheng@nxcloud.com' }, 'name:fang.cheng@nxcloud.com'],
  ['predictive', { type: 1, state: 3, sipid: '1049002' }, 'phone:1049002'],
  ['cc', {}, undefined],
])('finds the agent of %s %j by %s', (callback, fields, key) => {
  expect(itemWith(callback, fields).agentKey).toBe(key);
});

test('finds a call by its callId if its key has another id', () => {
  expect(itemWith('icc', { iccCallId: 'other' }).otherId).toBe('other');
  expect(itemWith('cc', {}).otherId).toBeUndefined();
});

test.each([
  [
    'a party that only a leg tells',
    [{ callType: 2, caller: '85235757584', callee: '85212345678' }],
    '2345678',
  ],
  [
    'both of a leg that does not say whose it is',
    [{ caller: '85235757583', callee: '85212345678' }],
    '2345678',
  ],
  [
    'what more than one is',
    [
      { callType: 1, caller: '1112223' },
      { callType: 2, callee: '4445556' },
    ],
    'several:',
  ],
  [
    'nothing but the call says',
    [{ callType: 1, caller: '+852 3575-7583', callee: '85211112222' }],
    undefined,
  ],
  ['no number of the company between the legs', [{ callType: 2, caller: '85211112222' }], undefined],
  ['nothing without legs', undefined, undefined],
])('finds by its legs %s', (_, legList, legKey) => {
  const call = callOf('pns', { id: 7, caller: '85235757583', callee: '85238533300', legList });

  expect(itemOf(call).legKey).toBe(legKey);
});

test('leaves out fields that can be long', () => {
  const long = 'x'.repeat(2049);
  const item = itemWith('icc', {
    expansionFields: '[1]',
    externalData: 'data',
    digitUrl: 'path',
    customerName: long,
    staffName: 'fang',
  });

  expect(item).toMatchObject({ agentName: 'fang' });
  for (const name of ['forms', 'passthrough', 'ivrPath', 'customerName'])
    expect(item).not.toHaveProperty(name);
  expect(itemWith('cc', { dtmfKeys: '1,'.repeat(2000) })).not.toHaveProperty('dtmf');
});

test('keeps a link of up to 8 KB, which the archiver needs', () => {
  const [link, tooLong] = [8192, 8193].map((bytes) => 'https://x/'.padEnd(bytes, 'x'));
  const legList = [{ callRecordFile: link }, { callRecordFile: tooLong }];

  expect(itemWith('cc', { recordUrl: link, leaveMsgUrl: link })).toMatchObject({
    recordingUrl: link,
    voicemailUrl: link,
  });
  expect(itemWith('cc', { recordUrl: tooLong })).not.toHaveProperty('recordingUrl');
  expect(itemOf(callOf('pns', { id: 7, legList })).legs).toEqual([{ recordingUrl: link }, {}]);
});

test('never makes an item that DynamoDB refuses', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      ' ',
      '+',
      '王'.repeat(500),
      // What a text that was read in another encoding is full of.
      `${'\ufffd'.repeat(100)}x`,
      '😀'.repeat(300),
      `a${'é'.repeat(200)}`,
      'x'.repeat(60_000),
    ),
  );
  fc.assert(
    fc.property(nasty, nasty, nasty, nasty, (caller, callee, agentName, callId) => {
      const legs = Array.from({ length: 9 }, () => ({
        uuid: callId,
        caller,
        callee,
        callRecordFile: callId,
      }));
      for (const item of [
        itemWith('cc', { caller, callee, agentName }),
        itemOf(callOf('pns', { id: 7, callId, caller, legList: legs })),
      ]) {
        for (const key of [
          item.at,
          item.slot,
          item.callerKey,
          item.calleeKey,
          item.legKey,
          item.agentKey,
          item.otherId,
        ]) {
          if (key === undefined) continue;
          expect(Buffer.byteLength(key)).toBeGreaterThan(0);
          expect(Buffer.byteLength(key)).toBeLessThanOrEqual(256);
          expect(key.isWellFormed()).toBe(true);
        }
        expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(400_000);
      }
    }),
    { seed: 20_261_126, numRuns: 300 },
  );
});

test('is the same for the same call', () => {
  const body = bodyOf('cc', { caller: '85235757581' });

  expect(itemOf(callOf('cc', body))).toEqual(itemOf(callOf('cc', body)));
});

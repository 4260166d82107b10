import { describe, expect, test } from 'vitest';
import { foldCall } from '../../../shared/calls/fold.ts';
import { itemOf } from '../../../shared/calls/item.ts';
import type { Delivery } from '../../../shared/deliveries/delivery.ts';
import { compare, hasAll } from '../../../shared/reconciliation/compare.ts';
import answered from '../../fixtures/cc-list-answered.json' with { type: 'json' };
import { callbackNamed, deliveries } from '../../support/calls.ts';

const [LISTED = {}] = answered.bodies as object[];

/** What the list says of a call with these fields. */
const row = (fields: object = {}): string => JSON.stringify({ ...LISTED, ...fields });

const told = (...bodies: object[]): Delivery[] =>
  deliveries(
    'cc',
    bodies.map((fields) => ({ callId: '6605fcd9563616c6c009c6240', ...fields })),
  );

const listed = (...bodies: object[]): Delivery[] =>
  told(...bodies).map((delivery) => ({ ...delivery, source: 'list' }));

const outcome = (text: string, ...all: Delivery[]) => compare(text, all).outcome;
const fields = (text: string, ...all: Delivery[]) => {
  const compared = compare(text, all);
  return compared.outcome === 'different' ? compared.fields : {};
};

test('a call of which callbacks said all that the list says is the same', () => {
  expect(outcome(row(), ...told(LISTED))).toBe('same');
});

test('what callbacks left out is more, and no difference', () => {
  expect(outcome(row(), ...told({ caller: '85238531117', hangupCode: 1001 }))).toBe('more');
  expect(outcome(row({ recordUrl: 'https://a.example/1.mp3' }), ...told({}))).toBe('more');
});

test('a field that both have is different if it means something else', () => {
  const { agentName: ours } = LISTED as { agentName: string };

  expect(fields(row({ agentName: 'NX2', callDuration: 6 }), ...told(LISTED))).toEqual({
    agentName: { ours, theirs: 'NX2' },
    talkSeconds: { ours: 5, theirs: 6 },
  });
});

test.each([null, '', 0])(
  'a field that a callback gave as %j is different once the list has it',
  (nothing) => {
    const sparse = told({
      caller: '85238531117',
      recordUrl: nothing === 0 ? '' : nothing,
      answerTime: nothing,
    });
    const found = fields(row({ recordUrl: 'https://a.example/1.mp3' }), ...sparse);

    expect(found).toMatchObject({
      recordingUrl: { theirs: 'https://a.example/1.mp3' },
      answeredAt: { theirs: '2023-07-27T02:00:44.000Z' },
    });
    expect(found.recordingUrl).not.toHaveProperty('ours');
  },
);

describe('is no difference', () => {
  test.each([
    ['what the list alone has', { lineIp: '10.0.0.1', mediaIp: '10.0.0.2', termSipCode: 200, mos: 1.5 }],
    ['text in another language', { callStatus: 'Normal termination', hangupReason: 'Agent hung up' }],
    ['the same number written otherwise', { caller: '+852 3853-1117' }],
    ['the same price written otherwise', { totalCustomerPrice: 0.035 }],
    ['a time without its milliseconds', { startTime: 1690423237000 }],
    ['a link with another signature', { recordUrl: 'https://*********.mp3?signature=2' }],
    ['nothing in place of what a callback gave', { agentName: null, recordUrl: '', callDuration: null }],
  ])('%s', (_, changed) => {
    const ours = told({
      ...LISTED,
      totalCustomerPrice: '0.0350',
      recordUrl: 'https://*********.mp3?signature=1',
    });

    expect(outcome(row(changed), ...ours)).not.toBe('different');
  });

  test.each([null, undefined, ''])('0 or false in place of %j', (nothing) => {
    const zeros = { callDuration: 0, answered: false, direction: 0, hangupBy: 0, answerTime: 0 };
    const ours = Object.fromEntries(Object.keys(zeros).map((name) => [name, nothing]));

    expect(fields(JSON.stringify({ callId: '6605fcd9563616c6c009c6240', ...zeros }), ...told(ours))).toEqual(
      {},
    );
  });

  test('what follows from a field that callbacks left out', () => {
    const ours = told({ answered: true, hangupBy: 0, queueDuration: 5139 });
    const theirs = { answered: true, hangupBy: 0, hangupCode: 1103, queueDuration: 5139 };

    expect(outcome(row(theirs), ...ours)).toBe('more');
  });
});

test('a difference is one no more once what the list says was added', () => {
  const sparse = { caller: '85238531117', queueDuration: 5139, recordUrl: null };
  const text = { ...LISTED, queueDuration: 5139, recordUrl: 'https://a.example/1.mp3' };

  expect(fields(row(text), ...told(sparse))).toHaveProperty('recordingUrl');
  expect(outcome(row(text), ...told(sparse), ...listed(text))).toBe('same');
});

test('a callback that came after the list is compared with it', () => {
  const ours = [...listed(LISTED), ...told({ ...LISTED, agentName: 'NX2' })];

  expect(Object.keys(fields(row(), ...ours))).toEqual(['agentName']);
});

test('a call that only the list has told of is the same, or there is something newer of it', () => {
  expect(outcome(row(), ...listed(LISTED))).toBe('same');
  expect(outcome(row({ recordUrl: 'https://a.example/1.mp3' }), ...listed(LISTED))).toBe('newer');
});

test('the item of a call says whether there is anything to compare', () => {
  const item = (...all: Delivery[]) => {
    const call = foldCall(callbackNamed('cc'), all);
    if (call === undefined) throw new Error('no call');
    return itemOf(call);
  };

  expect(hasAll(row(), item(...listed(LISTED)))).toBe(true);
  expect(hasAll(row({ other: 'long' }), item(...listed({ ...LISTED, other: 'long' })))).toBe(false);
  expect(hasAll(row({ agentName: 'NX2' }), item(...told(LISTED)))).toBe(false);
  expect(hasAll(row(), item(...told({ caller: '85238531117' })))).toBe(false);
});

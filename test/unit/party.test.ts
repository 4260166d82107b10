import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameParty, partyKey } from '../../shared/calls/party.ts';

const SAME = [
  '85235757581',
  '+852 3575-7581',
  '0085235757581',
  'sip:85235757581@10.0.0.1',
  'tel:+852-3575-7581;ext=7',
  '(852) 3575.7581',
  '85235757581x12',
  '85235757581,,12',
  '35757581',
  '5757581',
];

test.each(SAME)('reads %s as the same number as every other notation', (written) => {
  expect(partyKey(written)).toBe('5757581');
  for (const other of SAME) expect(isSameParty(written, other)).toBe(true);
});

test.each([
  ['85235757581', '85235757582'],
  ['85235757581', '757581'],
  ['4444', '14444'],
  ['', ''],
  ['+', '0'],
  ['NX09445G000025', '09445000025'],
  ['NX09445G000025', 'NX09445G00002'],
])('distinguishes %j from %j', (a, b) => {
  expect(isSameParty(a, b)).toBe(false);
  expect(isSameParty(b, a)).toBe(false);
});

test('compares short numbers and names whole, a name in any case and at any host', () => {
  expect(isSameParty('4444', '04444')).toBe(true);
  expect(isSameParty('NX09445G000025@43.134.225.234:5060', 'nx09445g000025')).toBe(true);
  expect(isSameParty('王小明', '王小明')).toBe(true);
  expect(partyKey('sip:Max.Muster@example.org')).toBe('max.muster');
});

test('requires more shared digits if it must be sure', () => {
  expect(isSameParty('85235757581', '35757581', 10)).toBe(false);
  expect(isSameParty('85235757581', '+85235757581', 10)).toBe(true);
});

describe('of any text', () => {
  test('finds the same party by its key', () => {
    const number = fc.oneof(
      fc.stringMatching(/^[+0]{0,2}\d{3,14}(x\d{1,3})?$/),
      fc.stringMatching(/^(sip:)?[a-zA-Z0-9]{1,12}(@host)?$/),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(number, number, (a, b) => {
        if (isSameParty(a, b)) expect(partyKey(a)).toBe(partyKey(b));
      }),
      { seed: 20_261_126, numRuns: 5_000 },
    );
  });
});

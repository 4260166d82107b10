import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likenessIn } from '../../../shared/erasure/likeness.ts';
import { likenessOf, type PhoneNumber, phoneNumberOf } from '../../../shared/erasure/phone-number.ts';

const NUMBER = phoneNumberOf('+852 3575-7581') as PhoneNumber;

test.each(['123456', 'NX09445G000025', 'somebody', '', '+', '000000000123'])('%j is no number', (written) => {
  expect(phoneNumberOf(written)).toBeUndefined();
});

test.each([
  ['85235757581', 'same'],
  ['+852 3575-7581', 'same'],
  ['0085235757581', 'same'],
  ['sip:985235757581@10.0.0.1', 'same'],
  ['5235757581', 'same'],
  ['35757581', 'similar'],
  ['0003575 7581', 'similar'],
  ['5757581', 'similar'],
  ['757581', undefined],
  ['13235757581', undefined],
  ['935757581', undefined],
  ['85235757582', undefined],
  ['NX85235757581', undefined],
  [undefined, undefined],
])('%j is %s as 85235757581', (written, likeness) => {
  expect(likenessOf(NUMBER, written)).toBe(likeness);
});

test('a short number is the same as itself only, and similar to the longer ones', () => {
  const short = phoneNumberOf('35757581') as PhoneNumber;

  expect(likenessOf(short, '035757581')).toBe('same');
  expect(likenessOf(short, '85235757581')).toBe('similar');
});

test('numbers are the same without doubt only if ten digits, or all, are', () => {
  const digits = fc.stringMatching(/^[1-9][12]{6,12}$/);
  fc.assert(
    fc.property(digits, digits, (a, b) => {
      let shared = 0;
      while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared++;
      const isEnd = shared === Math.min(a.length, b.length);
      const likeness = shared >= 10 || a === b ? 'same' : 'similar';

      expect(likenessOf(a as PhoneNumber, b)).toBe(isEnd ? likeness : undefined);
    }),
    { seed: 20_261_126, numRuns: 2_000 },
  );
});

describe('in a call', () => {
  test('every side that has it is named, and what is surer counts', () => {
    const legs = [{ leg: 'callee' as const, caller: '85235757584', callee: '+85235757581' }];

    expect(likenessIn({ caller: '35757581', callee: '85211112222', legs }, NUMBER)).toEqual({
      sides: ['caller', 'leg'],
      match: 'same',
      written: '85235757581',
    });
  });

  test('what the platform calls by between the legs is nobody', () => {
    const legs = [{ leg: 'callee' as const, caller: '85235757581', callee: '85211112222' }];

    expect(likenessIn({ caller: '85233334444', legs }, NUMBER)).toBeUndefined();
  });

  test.each(['did', 'didX', 'didY', 'accessNumber', 'agentPhone'])(
    'it is the company’s own as %s',
    (field) => {
      expect(likenessIn({ callee: '85235757581', [field]: '+85235757581' }, NUMBER)?.match).toBe('own');
      expect(likenessIn({ callee: '85235757581', [field]: '85235757582' }, NUMBER)?.match).toBe('same');
      expect(likenessIn({ callee: '85211112222', [field]: '85235757581' }, NUMBER)).toBeUndefined();
    },
  );
});

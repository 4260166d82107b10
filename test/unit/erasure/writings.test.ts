import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likenessOf, type PhoneNumber } from '../../../shared/erasure/phone-number.ts';
import { writingsIn } from '../../../shared/erasure/writings.ts';

const NUMBER = '85235757581' as PhoneNumber;
const SAME = [{ likeness: 'same', written: NUMBER }];

test.each([
  '{"caller":"85235757581"}',
  '{"caller":85235757581}',
  '{"caller":8.5235757581E10}',
  'sip:85235757581@10.0.0.1:5060',
  'call me at +852 3575-7581, please',
  '(852) 3575.7581',
  '+852 – 3575 – 7581',
  '0085235757581',
  '985235757581',
  '85235757581x12',
  '８５２３５７５７５８１',
  'tel:85235757581',
  'number85235757581',
  'a%2085235757581',
  'phone=%2B852%203575%207581&x=1',
  'phone=%2B852+3575+7581&x=1',
  'phone=%38%35%32-35757581',
  '"2026-11-26 85235757581 2026-11-26"',
])('finds it in %s', (text) => {
  expect(writingsIn(text, NUMBER)).toEqual(SAME);
});

test.each([
  ['ring 3575 7581', [{ likeness: 'similar', written: '35757581' }]],
  ['5757581', [{ likeness: 'similar', written: '5757581' }]],
  ['1 35757581', [{ likeness: 'similar', written: '35757581' }]],
  ['35757581 or +85235757581', [{ likeness: 'similar', written: '35757581' }, ...SAME]],
  ['5235757581', [{ likeness: 'same', written: '5235757581' }]],
])('says how sure it is in %s', (text, writings) => {
  expect(writingsIn(text, NUMBER)).toEqual(writings);
});

test.each([
  '',
  '757581',
  '13235757581',
  '852357575812',
  '85235757582',
  '935757581',
  'b35757581',
  '35757581f4a0',
  '8523575 and 7581',
  '85235757581000',
])('does not find it in %s', (text) => {
  expect(writingsIn(text, NUMBER)).toEqual([]);
});

test('a short number is similar to the longer ones', () => {
  const short = '35757581' as PhoneNumber;

  expect(writingsIn('a 035757581 b', short)).toEqual([{ likeness: 'same', written: short }]);
  expect(writingsIn('85235757581', short)).toEqual([{ likeness: 'similar', written: '85235757581' }]);
});

test('agrees with what the fields of a call say, however a number is written and wherever it is', () => {
  const digits = fc.stringMatching(/^[1-9][12]{6,12}$/);
  const gap = fc.constantFrom('', '', '', ' ', '-', '.', ') ', ' - ');
  const around = fc.constantFrom('', '"', ' ', '+', ':', '@', 'text ', ', ');
  fc.assert(
    fc.property(
      digits,
      digits,
      fc.oneof(fc.constant(Array<string>(14).fill('')), fc.array(gap, { minLength: 14, maxLength: 14 })),
      around,
      (a, b, gaps, edge) => {
        const isGapless = gaps.every((one) => one === '');
        const written = [...b].map((digit, n) => digit + (n < b.length - 1 ? gaps[n] : '')).join('');
        const [found] = writingsIn(`${edge}${written} ${edge}`, a as PhoneNumber);
        const expected = likenessOf(a as PhoneNumber, b);

        if (isGapless || expected === 'same') expect(found?.likeness).toBe(expected);
        // Behind a gap it cannot be told whether the digits before it are of the same number.
        else if (expected === 'similar') expect(found).toBeDefined();
      },
    ),
    { numRuns: 3_000 },
  );
});

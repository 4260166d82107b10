import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Money, moneyText, plus } from '../../../shared/reports/money.ts';

const sumOf = (...amounts: string[]): string => {
  const sum = amounts.reduce<Money | undefined>(plus, undefined);
  return sum ? moneyText(sum) : '';
};

test('a sum is exact', () => {
  expect(sumOf('0.1', '0.2')).toBe('0.3');
  expect(sumOf('0.035', '12.3456', '-0.3806')).toBe('12');
  expect(sumOf('-0.05', '0.01')).toBe('-0.04');
  expect(sumOf('12345678901234567890.05', '0.05')).toBe('12345678901234567890.1');
  expect(sumOf('0', '0.00')).toBe('0');
});

test('a sum does not depend on the order, nor on the decimal places', () => {
  const amount = fc.tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 5 }));

  fc.assert(
    fc.property(fc.array(amount, { minLength: 1 }), (amounts) => {
      const texts = amounts.map(([units, places]) => (units / 10 ** places).toFixed(places));
      const units = amounts.reduce((sum, [one, places]) => sum + BigInt(one) * 10n ** BigInt(5 - places), 0n);

      expect(sumOf(...texts)).toBe(moneyText({ units, places: 5 }));
      expect(sumOf(...texts.toReversed())).toBe(sumOf(...texts));
    }),
  );
});

import { readDecimal } from '../payload/numbers.ts';

/** A sum of exact decimals: `units` of 10^-`places`. */
export type Money = { units: bigint; places: number };

/**
 * The sum with one more decimal, digit for digit: floating point would add cents that nobody paid.
 */
export const plus = (sum: Money | undefined, written: string): Money | undefined => {
  const decimal = readDecimal(written);
  if (decimal === undefined) return sum;
  const { sign, whole, fraction } = decimal;
  const next = { units: BigInt(sign + whole + fraction), places: fraction.length };
  if (sum === undefined) return next;
  const places = Math.max(sum.places, next.places);
  return { units: scaled(sum, places) + scaled(next, places), places };
};

const scaled = ({ units, places }: Money, to: number): bigint => units * 10n ** BigInt(to - places);

/** The sum as it is written: `12.35`. */
export const moneyText = ({ units, places }: Money): string => {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
};

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i;

/** A number taken apart without an exponent: -12.50e1 is - 125 0. */
export type Decimal = { sign: '' | '-'; whole: string; fraction: string };

// 10^38 is beyond every long; nobody means a longer number.
const MAX_EXPONENT = 400;

/** The decimal in a text, digit for digit and of any length; undefined if it is not a number. */
export const readDecimal = (text: string): Decimal | undefined => {
  const [match, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text.trim()) ?? [];
  const shift = Number(exponent);
  if (match === undefined || whole + fraction === '' || Math.abs(shift) > MAX_EXPONENT) return undefined;
  const digits = shift < 0 ? '0'.repeat(-shift) + whole + fraction : whole + fraction.padEnd(shift, '0');
  const point = shift < 0 ? whole.length : whole.length + shift;
  return {
    sign: sign === '-' ? '-' : '',
    whole: digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0',
    fraction: digits.slice(point),
  };
};

const hasFraction = ({ fraction }: Decimal): boolean => /[1-9]/.test(fraction);

/** The number in plain digits: no exponent, no fraction of zeros. */
export const plainDigits = (text: string): string | undefined => {
  const decimal = readDecimal(text);
  if (decimal === undefined) return undefined;
  const { sign, whole, fraction } = decimal;
  return hasFraction(decimal) ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
};

/** The digits of an integer of any size; undefined if the text is not one. */
export const readInteger = (text: string): string | undefined => {
  const decimal = readDecimal(text);
  if (decimal === undefined || hasFraction(decimal)) return undefined;
  return decimal.whole === '0' ? '0' : decimal.sign + decimal.whole;
};

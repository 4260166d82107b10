import { CERTAIN_DIGITS, type Likeness, type PhoneNumber } from './phone-number.ts';

/** Digits in a text that are perhaps a number. */
export type Writing = { likeness: Likeness; written: string };

const TAIL = 7;
// Between two digits of one number: `+852 (35) 75-75.81`.
const SEPARATORS = '[\\s().\\-\\u2010-\\u2015/_]{0,3}';
const BEFORE = /[\s().\-\u2010-\u2015/_]{0,3}$/;

/** Where a text has a number, in any writing; not where its digits are a part of other ones. Each kind of writing once. */
export const writingsIn = (text: string, number: PhoneNumber): Writing[] => {
  // A wide digit becomes a plain one.
  const plain = text.normalize('NFKC');
  return eachOnce([...writingsInPlain(plain, number), ...writingsInPlain(decoded(plain), number)]);
};

/** As a form or a URL that has it means it: `%2B852+3575%207581`. */
const decoded = (text: string): string =>
  text
    .replace(/%([0-7][\da-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('+', ' ');

const writingsInPlain = (plain: string, number: PhoneNumber): Writing[] => {
  const tail = new RegExp(`${[...number.slice(-TAIL)].join(SEPARATORS)}(?!\\d)`, 'g');
  return [...plain.matchAll(tail)].flatMap(({ index, 0: { length } }) => {
    const likeness = likenessAt(plain.slice(Math.max(0, index - MOST), index), plain[index + length], number);
    return likeness ?? [];
  });
};

/** Without those that are there already. */
export const eachOnce = (writings: readonly Writing[]): Writing[] => [
  ...new Map(writings.map((writing) => [writing.written, writing])).values(),
];

// What is looked at before the tail: a number has 15 digits, and some more before them to dial out.
const MOST = 100;

/** What the digits are of which the tail was found, by what is before and after it. */
const likenessAt = (before: string, after = '', number: PhoneNumber): Writing | undefined => {
  let [rest, shared] = [before, TAIL];
  for (; shared < number.length; shared++) {
    const next = rest.replace(BEFORE, '');
    if (!next.endsWith(number.at(-1 - shared) ?? '')) break;
    rest = next.slice(0, -1);
  }
  const written = number.slice(-shared);
  const isWhole = shared === number.length;
  if (isWhole && shared >= CERTAIN_DIGITS) return { likeness: 'same', written };
  // Of a longer number, as far as it is written without a gap.
  const [more = ''] = /\d*$/.exec(rest) ?? [];
  const isLonger = more.replace(/^0+/, '') !== '';
  if (isLonger && !isWhole) return undefined;
  if (shared >= CERTAIN_DIGITS) return { likeness: 'same', written };
  // Digits behind a gap may be the country code of another number.
  const isAlone = !/\d$/.test(rest.replace(/0+$/, '').replace(BEFORE, ''));
  if (isWhole && !isLonger && isAlone) return { likeness: 'same', written };
  // So few digits are in many an id.
  if (/\p{L}$/u.test(rest) || /^[\p{L}]/u.test(after)) return undefined;
  return { likeness: 'similar', written: isLonger ? more.replace(/^0+/, '') + written : written };
};

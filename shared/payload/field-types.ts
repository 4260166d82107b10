import { plainDigits, readDecimal, readInteger } from './numbers.ts';
import { parseJson } from './parse-json.ts';
import { isAbsent, isObject, type Reader, scalar, unreadable } from './reader.ts';

/** String: any scalar, as it was written. */
export const text = (): Reader<string> => scalar('text', (written) => written.toWellFormed());

/** String that may identify; blank text counts as absent. */
export const filled = (): Reader<string> =>
  scalar('text', (written) => (written.trim() === '' ? undefined : written.toWellFormed()));

/** Integer below 2^53. */
export const integer = (): Reader<number> =>
  scalar('an integer', (written) => {
    const number = Number(readInteger(written) ?? Number.NaN);
    return Number.isSafeInteger(number) ? number : unreadable;
  });

// An int64 has 19 digits.
const MAX_DIGITS = 38;

/** Long: its digits as text, including those that a double would lose. */
export const digits = (): Reader<string> =>
  scalar('an integer', (written) => {
    const integer = readInteger(written);
    return integer === undefined || integer.length > MAX_DIGITS ? unreadable : integer;
  });

/** Double: its decimal text in plain digits. */
export const decimal = (): Reader<string> =>
  scalar('a number', (written) => {
    const digits = readDecimal(written) && (/e/i.test(written) ? plainDigits(written) : written.trim());
    return digits === undefined || digits.length > MAX_DIGITS ? unreadable : digits;
  });

const MAX_SECONDS = 7 * 86_400;

/** A duration in seconds, rounded to whole ones. */
export const seconds = (): Reader<number> =>
  scalar('a duration of 0 to 604800 seconds', (written) => {
    const number = readDecimal(written) === undefined ? Number.NaN : Number(written);
    // Minus zero is zero.
    return number >= 0 && number <= MAX_SECONDS ? Math.round(number) + 0 : unreadable;
  });

// A map, because an object also answers to `constructor`.
const WORDS = new Map(
  Object.entries({ true: true, y: true, yes: true, 1: true, false: false, n: false, no: false, 0: false }),
);

/** Boolean: true and false, also as 1 and 0 or yes and no. */
export const flag = (): Reader<boolean> =>
  scalar('true or false', (written) => {
    const word = written.trim().toLowerCase();
    return WORDS.get(readInteger(word) ?? word) ?? unreadable;
  });

/**
 * The name of a code: one of `Name`, or `unknown:<code>`, because enumerations grow without notice.
 */
export type Named<Name extends string> = Name | `unknown:${string}`;

type NameIn<Names> = Names[keyof Names] & string;

const MAX_CODE_LENGTH = 64;

/**
 * A code for one of `names`; also accepts the name itself, and the provider's own word for it, in
 * lower case.
 */
export const code = <const Names extends Record<number, string>>(
  names: Names,
  words: Record<string, NameIn<Names>> = {},
): Reader<Named<NameIn<Names>>> =>
  scalar(`a code of at most ${MAX_CODE_LENGTH} characters`, (written) => {
    if (written.length > MAX_CODE_LENGTH) return unreadable;
    return written.trim() === '' ? undefined : nameOf(names, written, words);
  });

/** The name of a code, in any notation. */
export const nameOf = <const Names extends Record<number, string>>(
  names: Names,
  written: string,
  words: Record<string, NameIn<Names>> = {},
): Named<NameIn<Names>> => {
  const word = (readInteger(written) ?? written.trim()).toWellFormed();
  const entries = Object.entries({ ...names, ...words }) as [string, NameIn<Names>][];
  const [, name] = entries.find(([code, name]) => [code, name].includes(word.toLowerCase())) ?? [];
  return name ?? `unknown:${word}`;
};

/**
 * A list, or text with elements separated by commas: those that are not empty; absent if there are
 * none.
 */
export const list = (): Reader<string[]> => (value, report) => {
  const elements = Array.isArray(value) ? value : undefined;
  if (elements?.some((element) => typeof element === 'object' && element !== null)) {
    report('must be a list of texts');
    return undefined;
  }
  const written = elements?.join(',') ?? text()(value, report);
  const parts = written?.toWellFormed().split(',') ?? [];
  const filled = parts.map((part) => part.trim()).filter((part) => part !== '');
  return filled.length > 0 ? filled : undefined;
};

/** The values of JSON text. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

// JSON.stringify fails at some thousand levels; no real form has ten.
const MAX_DEPTH = 30;

/**
 * String that holds JSON, or the value itself; text that is not JSON, or is nested too deeply,
 * stays text.
 */
export const json = (): Reader<Json> => (value, report) => {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'object') {
    const parsed = parseOrNothing(String(value));
    if (parsed === null) return undefined;
    return isForm(parsed) ? parsed : String(value).toWellFormed();
  }
  if (isForm(value)) return value;
  report(`must have at most ${MAX_DEPTH} levels`);
  return undefined;
};

const parseOrNothing = (written: string): unknown => {
  try {
    return parseJson(written);
  } catch {
    return undefined;
  }
};

const isForm = (value: unknown): value is Json =>
  (Array.isArray(value) || isObject(value)) && depthOf(value) <= MAX_DEPTH;

const depthOf = (value: object, limit = MAX_DEPTH): number => {
  if (limit === 0) return Number.POSITIVE_INFINITY;
  let deepest = 0;
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) deepest = Math.max(deepest, depthOf(child, limit - 1));
  }
  return deepest + 1;
};

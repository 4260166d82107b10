import * as v from 'valibot';
import { isStorable, type Json } from './json-value.ts';
import { parseJson } from './parse-json.ts';
import { field, readDecimal, readDigits, readInteger, unreadable } from './scalars.ts';

/** String: any scalar, as it was written. */
export const text = () => field('text', (written) => written.toWellFormed());

/** String that may identify: nothing but space is absent. */
export const filled = () =>
  field('text', (written) => (written.trim() === '' ? undefined : written.toWellFormed()));

// DynamoDB allows a key 2,048 bytes, prefixes included.
export const MAX_KEY_BYTES = 1024;

/** String that is part of a table key: not blank, and not too long for one. */
export const key = () =>
  field(`text of at most ${MAX_KEY_BYTES} bytes`, (written) => {
    if (written.trim() === '') return undefined;
    return Buffer.byteLength(written) <= MAX_KEY_BYTES ? written.toWellFormed() : unreadable;
  });

/** String holding JSON: parsed; what is not JSON, or more than a DynamoDB map can hold, stays text. */
export const json = () =>
  field('text', (written): Json | undefined => {
    const parsed = tryParse(written);
    if (parsed === null) return undefined;
    return typeof parsed === 'object' && isStorable(parsed) ? parsed : written.toWellFormed();
  });

const tryParse = (written: string): unknown => {
  try {
    return parseJson(written);
  } catch {
    return undefined;
  }
};

/** String that is a comma-separated list: its parts, without the empty ones; absent where there are no others. */
export const list = () =>
  field('text', (written) => {
    const parts = written.toWellFormed().split(',');
    const filled = parts.map((part) => part.trim()).filter((part) => part !== '');
    return filled.length > 0 ? filled : undefined;
  });

/** Integer: a number without a fraction, below 2^53. */
export const integer = () => field('an integer', readInteger);

/** Long, int64: its digits as text, however many a double would lose. */
export const digits = () => field('an integer', readDigits);

/** Double: its decimal text, exactly as it was written. */
export const decimal = () => field('a number', readDecimal);

/** Boolean: true and false, as words or as 1 and 0. */
export const flag = () =>
  field('true or false', (written) => {
    const word = written.trim().toLowerCase();
    if (word === 'true' || readInteger(word) === 1) return true;
    return word === 'false' || readInteger(word) === 0 ? false : unreadable;
  });

/** The name of a code, or `unknown:<code>`: enumerations grow without notice. */
export const nameOf = (names: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(names, code) ? (names[code] as string) : `unknown:${code}`;

/** Integer that stands for one of `names`. */
export const code = (names: Readonly<Record<string, string>>) =>
  field('an integer code', (written) => {
    const read = readDigits(written);
    return read === unreadable ? unreadable : nameOf(names, read);
  });

/** What nothing can be identified without: `schema`, and present. */
export const identity = <Schema extends v.GenericSchema>(schema: Schema) => v.nonOptional(schema, NEEDED);

/** Said of a field without which a delivery has no identity. */
export const NEEDED = 'is needed to identify the call';

/** An object of fields; what else it holds is not looked at. */
export const fields = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  // valibot reports a missing key with the object's own message.
  v.object(entries, (issue) => (issue.expected === 'Object' ? 'must be an object' : NEEDED));

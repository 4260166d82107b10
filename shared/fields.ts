import * as v from 'valibot';
import { parseJson } from './json.ts';
import { isStorable, type Json } from './storable.ts';

/**
 * The types that the providers document, as schemas. All of them read a scalar however it is written (`"7"`, `7`), take null, ""
 * and a missing key for absent (undefined), and refuse anything else with one message that does not repeat the value.
 */
const field = <Output>(expected: string, read: (text: string) => Output | typeof unreadable) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.rawTransform<unknown, Output | undefined>(({ dataset: { value }, addIssue, NEVER }) => {
        if (value === null || value === undefined || value === '') return undefined;
        const output = typeof value === 'object' ? unreadable : read(String(value));
        if (output !== unreadable) return output;
        addIssue({ message: `must be ${expected}` });
        return NEVER;
      }),
    ),
    null,
  );

const unreadable = Symbol('unreadable');

/** String: any scalar, as it was written. */
export const text = () => field('text', (written) => written.toWellFormed());

// DynamoDB allows a key 2,048 bytes, prefixes included.
const MAX_KEY_BYTES = 1024;

/** String that can be part of a table key. */
export const key = () =>
  field(`text of at most ${MAX_KEY_BYTES} bytes`, (written) =>
    Buffer.byteLength(written) <= MAX_KEY_BYTES ? written.toWellFormed() : unreadable,
  );

/** String holding JSON: parsed; what is not JSON, or more than a DynamoDB map can hold, stays text. */
export const json = () =>
  field('text', (written): Json => {
    const parsed = tryParse(written);
    return typeof parsed === 'object' && isStorable(parsed) ? parsed : written.toWellFormed();
  });

const tryParse = (written: string): unknown => {
  try {
    return parseJson(written);
  } catch {
    return undefined;
  }
};

/** String that is a comma-separated list: its parts, without the empty ones. */
export const list = () =>
  field('text', (written) =>
    written
      .toWellFormed()
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

const readNumber = (written: string): number => (NUMBER.test(written.trim()) ? Number(written) : Number.NaN);

const readInteger = (written: string): number | typeof unreadable => {
  const number = readNumber(written);
  return Number.isSafeInteger(number) ? number + 0 : unreadable;
};

/** Integer: a number without a fraction, below 2^53. */
export const integer = () => field('an integer', readInteger);

// The widest documented id has 19 digits, a tenant id in the samples 26.
const LONG = /^[+-]?\d{1,38}$/;

const readDigits = (written: string): string | typeof unreadable => {
  const number = readInteger(written);
  if (number !== unreadable) return String(number);
  return LONG.test(written.trim()) ? written.trim() : unreadable;
};

/** Long, int64: its digits as text, however many a double would lose. */
export const digits = () => field('an integer', readDigits);

/** Double: its decimal text, exactly as it was written. */
export const decimal = () =>
  field('a number', (written) => (NUMBER.test(written.trim()) ? written.trim() : unreadable));

const FLAGS: Record<string, boolean> = { true: true, false: false, 1: true, 0: false };

/** Boolean: true and false, as words or as 1 and 0. */
export const flag = () =>
  field('true or false', (written) => FLAGS[written.trim().toLowerCase()] ?? unreadable);

/** The name of a code, or `unknown:<code>`: enumerations grow without notice. */
export const nameOf = (names: Readonly<Record<string, string>>, code: string): string =>
  Object.hasOwn(names, code) ? (names[code] as string) : `unknown:${code}`;

/** Integer that stands for one of `names`. */
export const code = (names: Readonly<Record<string, string>>) =>
  field('an integer code', (written) => {
    const read = readDigits(written);
    return read === unreadable ? unreadable : nameOf(names, read);
  });

const YEAR_10000 = Date.UTC(10_000, 0);

const iso = (milliseconds: number): string | undefined | typeof unreadable => {
  // Zero, and the -1 that some fields use for it, mean "never happened".
  if (milliseconds <= 0) return undefined;
  // Years of five digits would not sort, NaN fails here too.
  return milliseconds < YEAR_10000 ? new Date(milliseconds).toISOString() : unreadable;
};

/** Epoch seconds as ISO 8601 UTC. */
export const epochSeconds = () =>
  field('a time in epoch seconds', (written) => iso(readNumber(written) * 1000));

/** Epoch milliseconds as ISO 8601 UTC. */
export const epochMillis = () => field('a time in epoch milliseconds', (written) => iso(readNumber(written)));

/** Epoch microseconds: the digits as they came, and ISO 8601 UTC for people. */
export const epochMicros = () =>
  field('a time in epoch microseconds', (written) => {
    const micros = readDigits(written);
    if (micros === unreadable) return unreadable;
    const at = iso(Number(micros) / 1000);
    return at === unreadable ? unreadable : { micros, at };
  });

const DATETIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)(Z|[+-]\d\d:\d\d)?$/;

/** Datetime: epoch milliseconds or `2020-11-24 11:29:10`, which without an offset is China Standard Time (UTC+8). */
export const datetime = () =>
  field('a time in epoch milliseconds or YYYY-MM-DD HH:mm:ss', (written) => {
    const [, date, time, offset = '+08:00'] = DATETIME.exec(written.trim()) ?? [];
    return iso(date === undefined ? readNumber(written) : Date.parse(`${date}T${time}${offset}`));
  });

/** What nothing can be identified without: `schema`, and present. */
export const identity = <Schema extends v.GenericSchema>(schema: Schema) => v.nonOptional(schema, NEEDED);

/** Said of a field without which a delivery has no identity. */
export const NEEDED = 'is needed to identify the call';

/** An object of fields; what else it holds is not looked at. */
export const fields = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  // valibot reports a missing key with the object's own message.
  v.object(entries, (issue) => (issue.expected === 'Object' ? 'must be an object' : NEEDED));

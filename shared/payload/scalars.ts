import * as v from 'valibot';

/** What a `read` returns for text that it cannot read. */
export const unreadable = Symbol('unreadable');

/**
 * A field of a payload, as a schema. It reads a scalar however it is written (`"7"`, `7`), takes null, "" and a missing key for absent
 * (undefined), and refuses anything else with one message that does not repeat the value.
 */
export const field = <Output>(expected: string, read: (text: string) => Output | typeof unreadable) =>
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

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The text of a number, without the space around it. */
export const readDecimal = (written: string): string | typeof unreadable => {
  const text = written.trim();
  return NUMBER.test(text) ? text : unreadable;
};

/** A number, NaN where it is none. */
export const readNumber = (written: string): number => {
  const text = readDecimal(written);
  return text === unreadable ? Number.NaN : Number(text);
};

/** A number without a fraction, below 2^53. */
export const readInteger = (written: string): number | typeof unreadable => {
  const number = readNumber(written);
  // Minus zero is zero.
  return Number.isSafeInteger(number) ? number + 0 : unreadable;
};

// The widest documented id has 19 digits, a tenant id in the samples 26.
const LONG = /^\+?(-?\d{1,38})(?:\.0*)?$/;

/** The digits of an integer of any size; the same ones however it is written. */
export const readDigits = (written: string): string | typeof unreadable => {
  const number = readInteger(written);
  if (number !== unreadable) return String(number);
  const digits = LONG.exec(written.trim())?.[1];
  return digits === undefined ? unreadable : String(BigInt(digits));
};

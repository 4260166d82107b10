import { parseJson } from './parse-json.ts';

/**
 * A value that cannot be read: where (`data.acw`, `legList.0.duration`; empty for the body as a
 * whole), and why.
 */
export type Issue = { path: string; message: string };

/** Reports what is wrong with a value; without a path, with the value itself. */
export type Report = (message: string, path?: string) => void;

/**
 * Reads a value of a payload. null, "" and a missing key are undefined. An unreadable value is
 * undefined and reported, without any effect on others. A message never repeats the value.
 */
export type Reader<Output> = (value: unknown, report: Report) => Output | undefined;

/** What a reader reads. */
export type Read<Of> = Of extends Reader<infer Output> ? Output : never;

/** What a scalar reader returns for unreadable text. */
export const unreadable = Symbol('unreadable');

/** A field that is a scalar, in either form: `"7"`, `7`. */
export const scalar =
  <Output>(
    expected: string,
    read: (text: string) => Output | undefined | typeof unreadable,
  ): Reader<Output> =>
  (value, report) => {
    if (isAbsent(value)) return undefined;
    const output = typeof value === 'object' ? unreadable : read(String(value));
    if (output !== unreadable) return output;
    report(`must be ${expected}`);
    return undefined;
  };

/** A required field: it is reported if it is absent. */
export const expected =
  <Output>(read: Reader<Output>): Reader<Output> =>
  (value, report) => {
    if (!isAbsent(value)) return read(value, report);
    report('is missing');
    return undefined;
  };

export const isAbsent = (value: unknown): value is null | undefined | '' =>
  value === null || value === undefined || value === '';

type Fields<Entries> = { [Name in keyof Entries]: Read<Entries[Name]> | undefined };

/** An object of fields, also as JSON text; its other fields are ignored. */
export const fields =
  <Entries extends Record<string, Reader<unknown>>>(entries: Entries): Reader<Fields<Entries>> =>
  (value, report) => {
    const object = parsedText(value);
    if (isAbsent(object)) return undefined;
    if (!isObject(object)) {
      report('must be an object');
      return undefined;
    }
    const read = Object.entries(entries).map(([name, readField]) => [
      name,
      readField(Object.hasOwn(object, name) ? object[name] : undefined, (message, path) =>
        report(message, path === undefined ? name : `${name}.${path}`),
      ),
    ]);
    return Object.fromEntries(read) as Fields<Entries>;
  };

// A call has two legs. Each element costs time, and can add issues to the answer and the log.
const MAX_ELEMENTS = 50;

/** A list of at most 50 elements, also as JSON text. An unreadable element becomes undefined. */
export const listOf =
  <Output>(readElement: Reader<Output>): Reader<(Output | undefined)[]> =>
  (value, report) => {
    const list = parsedText(value);
    if (isAbsent(list)) return undefined;
    if (!Array.isArray(list) || list.length > MAX_ELEMENTS) {
      report(`must be a list of at most ${MAX_ELEMENTS}`);
      return undefined;
    }
    return list.map((element, index) =>
      readElement(element, (message, path) =>
        report(message, path === undefined ? `${index}` : `${index}.${path}`),
      ),
    );
  };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parsedText = (value: unknown): unknown => {
  if (typeof value !== 'string' || value === '') return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
};

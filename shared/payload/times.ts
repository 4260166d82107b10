import { readDecimal } from './numbers.ts';
import { type Reader, scalar, unreadable } from './reader.ts';

/** An ISO 8601 UTC time with milliseconds, or null if the provider says that it never happened. */
export type Time = string | null;

/**
 * A time: a Unix timestamp in seconds, milliseconds or microseconds, distinguished by magnitude,
 * with or without a fraction; or `2020-11-24 11:29:10`, which without an offset is China Standard
 * Time (UTC+8). Fractions of a millisecond are cut.
 */
export const time = (): Reader<Time> =>
  scalar('a time from 2000 to 2100, as a Unix timestamp or YYYY-MM-DD HH:mm:ss', (written) => {
    const milliseconds = timestamp(written) ?? datetime(written.trim());
    if (milliseconds === undefined) return unreadable;
    if (NEVER.has(milliseconds)) return null;
    return milliseconds >= EARLIEST && milliseconds < LATEST
      ? new Date(milliseconds).toISOString()
      : unreadable;
  });

const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);
const CHINA_MS = 8 * 3_600_000;

// The zero times of C, Java, Go and .NET, the latter two in UTC and in China, and -1, which some
// fields use for them.
const YEAR_1 = Date.parse('0001-01-01T00:00:00Z');
const NEVER = new Set([0, -1, YEAR_1, YEAR_1 - CHINA_MS]);

const timestamp = (written: string): number | undefined => {
  const decimal = readDecimal(written);
  if (decimal === undefined) return undefined;
  const { sign, whole, fraction } = decimal;
  if (whole === '1' && sign === '-') return -1;
  // 11 digits of milliseconds would be before 1973, and so would 14 digits of microseconds.
  if (whole.length <= 11) return Number(`${sign}${whole}${fraction.slice(0, 3).padEnd(3, '0')}`);
  return whole.length <= 14 ? Number(sign + whole) : Math.trunc(Number(sign + whole) / 1000);
};

const DATETIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/;

const datetime = (written: string): number | undefined => {
  const [, date = '', clock, offset = '+08:00'] = DATETIME.exec(written) ?? [];
  if (clock === undefined) return undefined;
  if (date === '0000-00-00' || date === '0001-01-01') return 0;
  return isDate(date) ? Date.parse(`${date}T${clock}${offset.replace(/(\d\d)(\d\d)$/, '$1:$2')}`) : undefined;
};

/**
 * Whether the text is an existing day, as YYYY-MM-DD: Date.parse takes the 30th of February for the
 * 1st of March.
 */
export const isDate = (date: string): boolean => {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
};

/** Whether something happened, by its time; unknown without one. */
export const happened = (time: Time | undefined): boolean | undefined =>
  time === undefined ? undefined : time !== null;

/**
 * Whole seconds from one time to another; undefined if one is missing, or the second is earlier.
 */
export const secondsBetween = (from: Time | undefined, to: Time | undefined): number | undefined => {
  if (!from || !to) return undefined;
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000);
  return seconds < 0 ? undefined : seconds;
};

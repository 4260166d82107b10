import { field, readDigits, readNumber, unreadable } from './scalars.ts';

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

/**
 * "Unix timestamp", by its samples microseconds: the digits as they came, and ISO 8601 UTC for people. So few digits that microseconds
 * would mean the early seventies are read as seconds or milliseconds.
 */
export const unixTimestamp = () =>
  field('a Unix timestamp', (written) => {
    const digits = readDigits(written);
    if (digits === unreadable) return unreadable;
    const at = iso(Number(digits) * millisecondsPerUnit(Number(digits)));
    return at === unreadable ? unreadable : { digits, at };
  });

const millisecondsPerUnit = (timestamp: number): number => {
  if (timestamp < 1e11) return 1000;
  return timestamp < 1e14 ? 1 : 0.001;
};

const DATETIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/;

const readDatetime = (written: string): string | undefined | typeof unreadable => {
  const [, date = '', time, offset = '+08:00'] = DATETIME.exec(written.trim()) ?? [];
  if (time === undefined) return iso(readNumber(written));
  return isDate(date)
    ? iso(Date.parse(`${date}T${time}${offset.replace(/(\d\d)(\d\d)$/, '$1:$2')}`))
    : unreadable;
};

/** Whether the text is a day that there is, as YYYY-MM-DD: Date.parse takes the 30th of February for the 1st of March. */
export const isDate = (date: string): boolean => {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
};

/** Datetime: epoch milliseconds or `2020-11-24 11:29:10`, which without an offset is China Standard Time (UTC+8). */
export const datetime = () => field('a time in epoch milliseconds or YYYY-MM-DD HH:mm:ss', readDatetime);

/** String that holds a Datetime; any other text is no time, and not refused for it. */
export const datetimeText = () =>
  field('text', (written) => {
    const at = readDatetime(written);
    return at === unreadable ? undefined : at;
  });

import { Temporal } from 'temporal-polyfill';

/** Whether a time zone of this name exists, like Asia/Shanghai. */
export const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** The time zone of a stage: `TIME_ZONE`. */
export const stageZone = (): string => process.env.TIME_ZONE || 'Asia/Shanghai';

/**
 * A time as ISO 8601 UTC, from an instant (`2026-11-26T08:00:00Z`, `…+08:00`), or from a local time
 * or a date in the zone (`2026-11-26T08:00`, `2026-11-26`). A date ends where the next begins.
 * Undefined if it is not a time.
 */
export const readTime = (written: string, zone: string, edge: 'from' | 'to'): string | undefined => {
  try {
    return iso(readDate(written, zone, edge) ?? readLocal(written, zone) ?? Temporal.Instant.from(written));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

const DATE = /^\d{4}-\d\d-\d\d$/;
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/;

const readDate = (written: string, zone: string, edge: 'from' | 'to') => {
  if (!DATE.test(written)) return undefined;
  const date = Temporal.PlainDate.from(written);
  return (edge === 'to' ? date.add({ days: 1 }) : date).toZonedDateTime(zone).toInstant();
};

const readLocal = (written: string, zone: string) =>
  LOCAL.test(written) ? Temporal.PlainDateTime.from(written).toZonedDateTime(zone).toInstant() : undefined;

const iso = (instant: Temporal.Instant): string | undefined => {
  const { epochMilliseconds } = instant;
  // The years of calls have four digits, so that times compare as text.
  return epochMilliseconds >= EARLIEST && epochMilliseconds < LATEST
    ? new Date(epochMilliseconds).toISOString()
    : undefined;
};

const EARLIEST = Date.UTC(1900, 0);
const LATEST = Date.UTC(2200, 0);

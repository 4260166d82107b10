import { Temporal } from 'temporal-polyfill';

const QUARTER_MS = 900_000;

/**
 * What to add to a time in ms to have what the clocks of the zone show. Offsets are looked up by quarters of an hour, which takes a
 * hundredth of the time of asking for each.
 */
export const offsetsOf = (zone: string): ((time: number) => number) => {
  const exactly = (time: number): number =>
    Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
  const quarters = new Map<number, number | undefined>();
  return (time) => {
    const quarter = Math.floor(time / QUARTER_MS);
    let offset = quarters.get(quarter);
    if (offset === undefined && !quarters.has(quarter)) {
      const [first, last] = [quarter * QUARTER_MS, (quarter + 1) * QUARTER_MS - 1].map(exactly);
      // Clocks have been changed a minute after midnight.
      offset = first === last ? first : undefined;
      quarters.set(quarter, offset);
    }
    return offset ?? exactly(time);
  };
};

/** An ISO 8601 time as the clocks of the zone show it, to the second: `2026-11-26 14:03:11`. */
export const clockOf = (zone: string): ((iso: string) => string) => {
  const offsetAt = offsetsOf(zone);
  return (iso) => {
    const time = Date.parse(iso);
    const local = new Date(time + offsetAt(time)).toISOString();
    return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
  };
};

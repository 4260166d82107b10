import { Temporal } from 'temporal-polyfill';

/** A span in which a zone has one offset to UTC, in milliseconds. */
type Stretch = { from: number; until: number; offset: number };

/** The clocks of a zone, fast enough to use for every call. */
export type Clock = {
  /** What to add to an instant to get the time on the clocks, in milliseconds. */
  offsetAt: (instant: number) => number;
  /** The time on the clocks at an instant, like `2026-11-26T14:03:11.000Z` with a meaningless Z. */
  localAt: (instant: number) => string;
  /**
   * How many hours of `from` to `until` the clocks show a time between `start` and `end`, which are
   * written as if in UTC.
   */
  hoursBetween: (start: number, end: number, from: number, until: number) => number;
};

const HOUR_MS = 3_600_000;
// No zone is further from UTC.
const FARTHEST_MS = 26 * HOUR_MS;

/**
 * The clocks of an IANA zone. Each change of the offset is looked up once, because Temporal takes
 * longer than the rest of a call's work.
 */
export const clockOf = (zone: string): Clock => {
  const known: Stretch[] = [];
  let latest: Stretch | undefined;
  const stretchAt = (instant: number): Stretch => {
    if (latest && isIn(latest, instant)) return latest;
    latest = known.find((stretch) => isIn(stretch, instant));
    if (latest === undefined) {
      latest = stretchOf(zone, instant);
      known.push(latest);
    }
    return latest;
  };
  const offsetAt = (instant: number): number => stretchAt(instant).offset;
  return {
    offsetAt,
    localAt: (instant) => new Date(instant + offsetAt(instant)).toISOString(),
    hoursBetween: (start, end, from, until) => {
      let milliseconds = 0;
      let instant = Math.max(from, start - FARTHEST_MS);
      const last = Math.min(until, end + FARTHEST_MS);
      while (instant < last) {
        const stretch = stretchAt(instant);
        const shownFrom = Math.max(start - stretch.offset, stretch.from, from);
        const shownUntil = Math.min(end - stretch.offset, stretch.until, until);
        milliseconds += Math.max(0, shownUntil - shownFrom);
        instant = stretch.until;
      }
      return milliseconds / HOUR_MS;
    },
  };
};

const isIn = ({ from, until }: Stretch, instant: number): boolean => instant >= from && instant < until;

const stretchOf = (zone: string, instant: number): Stretch => {
  const here = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  // The change before a moment excludes one at the moment itself.
  const justAfter = here.add({ nanoseconds: 1 });
  return {
    from: justAfter.getTimeZoneTransition('previous')?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: here.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: here.offsetNanoseconds / 1_000_000,
  };
};

import type { Started } from './run.ts';

/** A span of time, ISO 8601 UTC; `to` is not in it. */
export type Period = { from: string; to: string };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

// NXCloud does not say when it lists a call that has ended.
const UNSETTLED_MS = 10 * MINUTE_MS;
const OVERLAP_MS = 10 * MINUTE_MS;

/** The latest end of a period of which all calls can be expected to be listed. */
export const settledUntil = (now: Date): string => inSeconds(iso(now.getTime() - UNSETTLED_MS));

/** A time without its milliseconds, which no list of calls is asked by. */
export const inSeconds = (time: string): string => time.replace(/\.\d+Z$/, '.000Z');

/** The hour that begins at `position`, or what is left of the period. */
export const windowAt = ({ to }: Period, position: string): Period => {
  const end = iso(Date.parse(position) + HOUR_MS);
  return { from: position, to: end < to ? end : to };
};

/**
 * What NXCloud is asked for a window: its clock may differ from ours, and it does not say which time of a call it goes by. Ends where the
 * list is settled.
 */
export const askedFor = ({ from, to }: Period, now: Date): Period => {
  const [end, settled] = [iso(Date.parse(to) + OVERLAP_MS), settledUntil(now)];
  return { from: iso(Date.parse(from) - OVERLAP_MS), to: end < settled ? end : settled };
};

/**
 * Whether the callback of a call can be expected to have come and the list to have the call, by when the call ended. A time that is ahead
 * of all clocks says nothing.
 */
export const isSettled = (endedAt: string | undefined, now: Date): boolean =>
  endedAt === undefined || endedAt < settledUntil(now) || endedAt > iso(now.getTime() + OVERLAP_MS);

const LOOK_BACK_MS = 6 * HOUR_MS;
const FIRST_LOOK_BACK_MS = DAY_MS;
const EVERY_MS = { hourly: 0, daily: DAY_MS };

/** How often the schedule compares. */
export type Schedule = keyof typeof EVERY_MS;

/**
 * What the schedule has to compare now, after its last run: that one's period if it was not finished; undefined if the next is not due.
 * Looks back behind the end of the last one, since a call can be listed late.
 */
export const duePeriod = (last: Started | undefined, schedule: Schedule, now: Date): Period | undefined => {
  const to = settledUntil(now);
  if (last === undefined) return { from: iso(Date.parse(to) - FIRST_LOOK_BACK_MS), to };
  if (last.finishedAt === undefined) return { from: last.from, to: last.to };
  // The clock that calls once an hour is some seconds early or late.
  if (Date.parse(last.startedAt) + EVERY_MS[schedule] > now.getTime() + MINUTE_MS) return undefined;
  return { from: iso(Date.parse(last.to) - LOOK_BACK_MS), to };
};

const iso = (time: number): string => new Date(time).toISOString();

import type { Clock } from '../calls/clock.ts';
import type { CallItem } from '../calls/item.ts';

/** What calls can be grouped by. */
export const GROUPINGS = ['hour', 'day', 'weekday', 'callback', 'agent', 'skillGroup', 'direction'] as const;

/** What calls are grouped by. */
export type Grouping = (typeof GROUPINGS)[number];

/** A grouping's part of a row's key; null if the call lacks the value. */
export type KeyPart = string | null;

/** The fields that keys are made from. */
export const KEY_FIELDS = [
  'at',
  'callback',
  'direction',
  'agentKey',
  'skillGroupId',
] satisfies (keyof CallItem)[];

type KeyedCall = Pick<CallItem, (typeof KEY_FIELDS)[number]>;

/** The key of a call, in parts; `local` is the time on the clocks. */
export const keyOf = (call: KeyedCall, local: string, by: readonly Grouping[]): KeyPart[] =>
  by.map((grouping) => PARTS[grouping](call, local));

const PARTS: Record<Grouping, (call: KeyedCall, local: string) => KeyPart> = {
  hour: (_, local) => local.slice(0, HOUR_LENGTH),
  day: (_, local) => dayOf(local),
  weekday: (_, local) => weekdayOf(dayOf(local)),
  callback: ({ callback }) => callback,
  agent: ({ agentKey = null }) => agentKey,
  skillGroup: ({ skillGroupId = null }) => skillGroupId,
  direction: ({ direction = null }) => direction,
};

const HOUR_LENGTH = '2026-11-26T14'.length;
const dayOf = (local: string): string => local.slice(0, '2026-11-26'.length);

// Sunday is 0 in JavaScript and 7 in ISO 8601.
const weekdayOf = (day: string): string => String(new Date(day).getUTCDay() || 7);

/** A row's key as one text. */
export const keyText = (keys: readonly KeyPart[]): string => keys.map((part) => part ?? 'none').join(',');

/** The groupings of time, the finest first. */
const TIMES = ['hour', 'day', 'weekday'] as const;
const isTime = (grouping: Grouping): boolean => TIMES.some((time) => time === grouping);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How many hours of `from` to `until` belong to a row: those of its hour, day or weekday, else all.
 */
export const hoursOfRows = (by: readonly Grouping[], clock: Clock, from: number, until: number) => {
  const time = TIMES.find((one) => by.includes(one));
  const place = time === undefined ? -1 : by.indexOf(time);
  const weekdays = time === 'weekday' ? hoursOfWeekdays(clock, from, until) : undefined;
  const all = Math.max(0, until - from) / HOUR_MS;
  return (keys: readonly KeyPart[]): number => {
    const key = keys[place] ?? '';
    if (time === undefined) return all;
    if (weekdays) return weekdays.get(key) ?? 0;
    const start = Date.parse(time === 'hour' ? `${key}:00Z` : key);
    return clock.hoursBetween(start, start + (time === 'hour' ? HOUR_MS : DAY_MS), from, until);
  };
};

const hoursOfWeekdays = (clock: Clock, from: number, until: number): Map<string, number> => {
  const hours = new Map<string, number>();
  if (from >= until) return hours;
  const [first, last] = [from, until].map((time) => Date.parse(dayOf(clock.localAt(time)))) as [
    number,
    number,
  ];
  for (let day = first; day <= last; day += DAY_MS) {
    const weekday = weekdayOf(dayOf(new Date(day).toISOString()));
    hours.set(weekday, (hours.get(weekday) ?? 0) + clock.hoursBetween(day, day + DAY_MS, from, until));
  }
  return hours;
};

type Keyed = { keys: KeyPart[]; offered: number };

/**
 * Orders rows by their keys, calls without the value last; a single grouping without time by the
 * number of calls.
 */
export const rowOrder = (by: readonly Grouping[]): ((a: Keyed, b: Keyed) => number) => {
  const [only, other] = by;
  if (only !== undefined && other === undefined && !isTime(only))
    return (a, b) => b.offered - a.offered || compareKeys(a.keys, b.keys);
  return (a, b) => compareKeys(a.keys, b.keys);
};

const compareKeys = (a: readonly KeyPart[], b: readonly KeyPart[]): number => {
  const place = a.findIndex((part, n) => part !== b[n]);
  const [x, y] = [a[place] ?? null, b[place] ?? null];
  if (x === y) return 0;
  return x !== null && (y === null || x < y) ? -1 : 1;
};

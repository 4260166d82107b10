import type { CallItem } from '../calls/item.ts';
import { queryCalls } from '../calls/query.ts';
import { type Count, countsOf } from './counts.ts';

const DAY_SECONDS = 86_400;
const DAY_MS = 1_000 * DAY_SECONDS;
// CloudWatch keeps its counts for 455.
const KEPT_DAYS = 454;
const NEWEST = 200;

/**
 * When each of the callbacks was last accepted, as ISO 8601; absent if it never was. Exact if one
 * of its calls is among the newest 200. Otherwise it is as exact as CloudWatch's counts: to a
 * minute for two weeks, to five minutes for two months, then to an hour.
 */
export const lastReceived = async (
  callbacks: readonly string[],
  abortSignal: AbortSignal,
): Promise<Record<string, string | undefined>> => {
  const [newest, counted] = await Promise.all([
    ofNewestCalls(abortSignal),
    lastCounted(callbacks, abortSignal),
  ]);
  return Object.fromEntries(callbacks.map((name) => [name, latest(newest.get(name), counted.get(name))]));
};

const ofNewestCalls = async (abortSignal: AbortSignal): Promise<Map<string, string>> => {
  const from = new Date(Date.now() - 30 * DAY_MS).toISOString();
  const { calls } = await queryCalls({ from }, { limit: NEWEST, abortSignal });
  const byCallback = Map.groupBy(calls, ({ callback }: CallItem) => callback);
  return new Map(
    [...byCallback].map(([name, some]) => [name, some.map(({ revisedAt }) => revisedAt).reduce(max)]),
  );
};

/**
 * The step in which a callback was last accepted: first the day, because few steps are quickly
 * read, then a part of it.
 */
const lastCounted = async (
  callbacks: readonly string[],
  abortSignal: AbortSignal,
): Promise<Map<string, string>> => {
  const now = Date.now();
  const accepted = callbacks.map((callback) => ({ callback, outcome: 'Accepted' as const }));
  // Steps of a day begin when the first of them does.
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const kept = { from: today - KEPT_DAYS * DAY_MS, to: today + DAY_MS, stepSeconds: DAY_SECONDS };
  const days = (await countsOf(accepted, kept, abortSignal)).map(newestOf);
  const found = await Promise.all(
    accepted.map(async (counter, n): Promise<[string, string][]> => {
      const from = days[n];
      if (from === undefined) return [];
      const steps = { from, to: from + DAY_MS, stepSeconds: stepSecondsAt(now - from) };
      const [counts = []] = await countsOf([counter], steps, abortSignal);
      return [[counter.callback, new Date(newestOf(counts) ?? from).toISOString()]];
    }),
  );
  return new Map(found.flat());
};

const newestOf = (counts: readonly Count[]): number | undefined => counts.find(({ count }) => count > 0)?.at;

/** The finest steps that CloudWatch still keeps. */
const stepSecondsAt = (ageMs: number): number => {
  if (ageMs < 14 * DAY_MS) return 60;
  return ageMs < 62 * DAY_MS ? 300 : 3_600;
};

const max = (a: string, b: string): string => (a > b ? a : b);

const latest = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || b === undefined ? (a ?? b) : max(a, b);

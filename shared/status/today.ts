import { Temporal } from 'temporal-polyfill';
import type { Outcome } from '../telemetry/outcomes.ts';
import { countsOf } from './counts.ts';

/**
 * The results of a callback's requests. Degraded ones are accepted too; refused ones were never
 * read.
 */
export type Today = { accepted: number; degraded: number; rejected: number; refused: number };

const OUTCOMES: Record<keyof Today, readonly Outcome[]> = {
  accepted: ['Accepted'],
  degraded: ['Degraded'],
  rejected: ['Rejected'],
  // Whoever forgot the token looks here for the reason.
  refused: ['Refused', 'Anonymous'],
};

// Zones differ from UTC by multiples of a quarter of an hour, and a step begins at a multiple of
// its length.
const STEP_SECONDS = 900;

/** The counts of the zone's present day, for each of the callbacks. */
export const todayOf = async (
  callbacks: readonly string[],
  zone: string,
  abortSignal: AbortSignal,
): Promise<Record<string, Today>> => {
  const now = Temporal.Now.zonedDateTimeISO(zone);
  const steps = {
    from: now.startOfDay().epochMilliseconds,
    to: now.epochMilliseconds + 1_000 * STEP_SECONDS,
    stepSeconds: STEP_SECONDS,
  };
  const kinds = Object.entries(OUTCOMES) as [keyof Today, readonly Outcome[]][];
  const counters = callbacks.flatMap((callback) =>
    kinds.flatMap(([kind, outcomes]) => outcomes.map((outcome) => ({ callback, kind, outcome }))),
  );
  const counts = await countsOf(counters, steps, abortSignal);
  const days: Record<string, Today> = {};
  for (const [n, { callback, kind }] of counters.entries()) {
    days[callback] ??= { accepted: 0, degraded: 0, rejected: 0, refused: 0 };
    days[callback][kind] += counts[n]?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  }
  return days;
};

import { type CallFilters, fieldsOf, matches } from './filters.ts';
import type { CallItem } from './item.ts';
import { aheadLane, type Lane, lanesOf, lanesOfDay, readLane } from './lanes.ts';
import { BEGINNING, END } from './merge.ts';

/** What is read of calls: these fields, and those that the filters need. */
export type ScanOptions = { fields: readonly (keyof CallItem)[]; abortSignal: AbortSignal };

// How many requests run at once; a day has four lanes.
const LANES_AT_ONCE = 4;
// Half of what DynamoDB reads at once, so that no request takes long.
const MOST = 500;

/**
 * Reads all matching calls, each once and in no order, which is faster than merging them by time.
 * `take` gets several at once, and may throw to end it.
 */
export const scanCalls = async (
  filters: CallFilters,
  { fields, abortSignal }: ScanOptions,
  take: (calls: CallItem[]) => void,
): Promise<void> => {
  const ended = new AbortController();
  const signal = AbortSignal.any([abortSignal, ended.signal]);
  const needed = [...new Set([...fields, ...fieldsOf(filters)])];
  const lanesOfParties = lanesOf(filters);
  const hasCallers = lanesOfParties?.some(({ index }) => index === 'byCaller');
  const lanes = Iterator.from(lanesOfParties ?? lanesOfDays(filters));
  const scanSome = async () => {
    for (const lane of lanes) {
      // A call between two parties with the same number is in the lanes of both.
      const isOther = ({ callerKey }: CallItem) =>
        !(hasCallers && lane.index === 'byCallee' && callerKey === lane.value);
      await scanLane(lane, filters, needed, signal, (calls) => take(calls.filter(isOther)));
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES_AT_ONCE }, scanSome));
  } finally {
    ended.abort();
  }
};

const scanLane = async (
  lane: Lane,
  filters: CallFilters,
  fields: readonly string[],
  abortSignal: AbortSignal,
  take: (calls: CallItem[]) => void,
): Promise<void> => {
  const { from, to = END } = filters;
  let before: string | undefined = to;
  while (before !== undefined) {
    const { items, frontier } = await readLane(lane, { from, before }, MOST, abortSignal, fields);
    take(items.filter((call) => matches(call, filters)));
    before = frontier;
  }
};

const DAY_MS = 86_400_000;

function* lanesOfDays({ from, to = END, ref }: CallFilters): Generator<Lane> {
  yield aheadLane();
  // Calls dated later than tomorrow are in the lane ahead.
  const lastDay = Math.min(Date.parse(to.slice(0, 10)), Date.now() + DAY_MS);
  const firstDay = Date.parse(from.slice(0, 10) > BEGINNING ? from.slice(0, 10) : BEGINNING);
  for (let day = lastDay; day >= firstDay; day -= DAY_MS)
    yield* lanesOfDay(new Date(day).toISOString().slice(0, 10), ref);
}

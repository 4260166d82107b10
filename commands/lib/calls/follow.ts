import { setTimeout as sleep } from 'node:timers/promises';
import type { CallFilters } from '../../../shared/calls/filters.ts';
import type { CallItem } from '../../../shared/calls/item.ts';
import { queryCalls } from '../../../shared/calls/query.ts';

const POLL_MS = 1_000;

/** How many calls are read each time; the query ends earlier if that would cost too much. */
export const WINDOW = 500;
const REMEMBERED = 5_000;

/** A call that is new, or has changed since the last read. */
export type Change = { call: CallItem; before: CallItem | undefined };

/**
 * Reads the newest calls every second until the signal aborts. `start` gets the first ones, `take`
 * each later change, oldest first. While the table is unavailable it retries, and prints that once.
 */
export const followCalls = async (
  filters: CallFilters,
  signal: AbortSignal,
  start: (calls: CallItem[]) => Promise<void>,
  take: (change: Change) => Promise<void>,
): Promise<void> => {
  const { known, changes } = await follow(filters, signal);
  await start([...known.values()]);
  let isAway = false;
  while (await pause(signal)) {
    try {
      for (const change of await changes()) await take(change);
      isAway = false;
    } catch (error) {
      if (signal.aborted) break;
      // One line for each outage of the table.
      if (!isAway)
        process.stderr.write(`Trying again: ${(error as Error).message || (error as Error).name}\n`);
      isAway = true;
    }
  }
};

const pause = async (signal: AbortSignal): Promise<boolean> => {
  await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  return !signal.aborted;
};

const follow = async (filters: CallFilters, abortSignal: AbortSignal) => {
  const read = () => queryCalls(filters, { limit: WINDOW, abortSignal });
  const { calls, cursor = '' } = await read();
  const known = new Map(calls.map((call) => [call.pk, call]));
  // Calls before it were not read, so they cannot be told from new ones.
  const floor = cursor.startsWith('~') ? '' : cursor;
  const changes = async (): Promise<Change[]> => {
    const changed = (await read()).calls
      .reverse()
      .map((call) => ({ call, before: known.get(call.pk) }))
      .filter(({ call, before }) => (before ? before.rev !== call.rev : call.at >= floor));
    for (const { call } of changed) remember(known, call);
    return changed;
  };
  return { known, changes };
};

const remember = (known: Map<string, CallItem>, call: CallItem): void => {
  known.delete(call.pk);
  known.set(call.pk, call);
  const [oldest = ''] = known.keys();
  if (known.size > REMEMBERED) known.delete(oldest);
};

import { setTimeout as sleep } from 'node:timers/promises';
import { queryCalls } from '../../../shared/calls/query.ts';
import { type CallView, listed } from '../../../shared/calls/view.ts';
import { count } from '../command.ts';
import { commandLine } from './as-options.ts';
import { differencesOf } from './differences.ts';
import type { Listing } from './list.ts';
import { jsonLine, printLines } from './output.ts';
import { differenceLines } from './sheet.ts';
import { tableOf } from './table.ts';
import { clock } from './words.ts';

const POLL_MS = 1_000;
// As many calls as are looked at each time; the query ends earlier if that would cost too much.
const WINDOW = 500;
const REMEMBERED = 5_000;

type Change = { call: CallView; before: CallView | undefined };

/** Prints calls as they come, and those that change among the newest, until it is interrupted. */
export const watchCalls = async ({ asked, given, json, width, signal }: Listing): Promise<void> => {
  const { filters } = asked;
  const { known, changes } = await follow(filters, signal);
  const startedAt = Date.now();
  const totals = { fresh: 0, changed: 0 };
  const table = tableOf(filters.zone, width);
  // The columns of what is there already, so that they mostly suit what comes.
  table([...known.values()]);
  if (!json) await printLines([`Watching for calls, ${filters.zone}; Ctrl-C ends it`]);
  let isAway = false;
  while (await pause(signal)) {
    try {
      for (const { call, before } of await changes()) {
        if (before === undefined) totals.fresh++;
        else totals.changed++;
        const lines = json
          ? [jsonLine(call)]
          : [...table([call]), ...detailsOf(call, before, filters.zone, width)];
        await printLines(lines);
      }
      isAway = false;
    } catch (error) {
      if (signal.aborted) break;
      // One line for each time that the table is away.
      if (!isAway)
        process.stderr.write(`Trying again: ${(error as Error).message || (error as Error).name}\n`);
      isAway = true;
    }
  }
  if (json) return;
  const time = clock(Math.round((Date.now() - startedAt) / 1000));
  const { fresh, changed } = totals;
  await printLines([
    `Watched for ${time}: ${count(fresh, 'new call')}, ${changed} changed. A list: ${commandLine(given, { watch: false })}`,
  ]);
};

const pause = async (signal: AbortSignal): Promise<boolean> => {
  await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  return !signal.aborted;
};

/** The newest calls as they are, and what tells, each time, those that are new or have changed since, the oldest first. */
const follow = async (filters: Listing['asked']['filters'], abortSignal: AbortSignal) => {
  const read = () => queryCalls(filters, { limit: WINDOW, abortSignal });
  const { calls, cursor = '' } = await read();
  const known = new Map(calls.map((call) => [call.pk, listed(call)]));
  // What is before it was not looked at, so that it cannot be told from what is new.
  const floor = cursor.startsWith('~') ? '' : cursor;
  const changes = async (): Promise<Change[]> => {
    const now = (await read()).calls.map(listed).reverse();
    const changed = now
      .map((call) => ({ call, before: known.get(call.pk) }))
      .filter(({ call, before }) => (before ? before.rev !== call.rev : call.at >= floor));
    for (const { call } of changed) remember(known, call);
    return changed;
  };
  return { known, changes };
};

const remember = (known: Map<string, CallView>, call: CallView): void => {
  known.delete(call.pk);
  known.set(call.pk, call);
  const [oldest = ''] = known.keys();
  if (known.size > REMEMBERED) known.delete(oldest);
};

// What changes with every body that comes.
const NO_FACTS = ['rev', 'revisedAt', 'receivedAt', 'versions', 'at', 'agentKey', 'issues'];

const detailsOf = (call: CallView, before: CallView | undefined, zone: string, width: number): string[] => {
  const differences = before
    ? differencesOf(before, call).filter(({ field }) => !NO_FACTS.includes(field))
    : [];
  return differences.length === 0 ? [] : differenceLines(differences, zone, width, 4);
};

import { setTimeout as sleep } from 'node:timers/promises';
import { queryCalls } from '../../../shared/calls/query.ts';
import { type CallView, listed } from '../../../shared/calls/view.ts';
import { count } from '../command.ts';
import { differencesOf } from './differences.ts';
import type { Listing } from './list.ts';
import { commandLine } from './options.ts';
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
  const changesOf = follow(filters, signal);
  await changesOf();
  const startedAt = Date.now();
  const totals = { fresh: 0, changed: 0 };
  const table = tableOf(filters.zone, width);
  if (!json) await printLines([`Watching for calls, ${filters.zone}; Ctrl-C ends it`]);
  let isAway = false;
  while (await pause(signal)) {
    try {
      for (const { call, before } of await changesOf()) {
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

/** Tells, each time that it is called, the calls that are new or have changed since, the oldest first. */
const follow = (filters: Listing['asked']['filters'], abortSignal: AbortSignal) => {
  const known = new Map<string, CallView>();
  // Calls before it have not been looked at when the watch began, so that they cannot be told from new ones.
  let floor: string | undefined;
  return async (): Promise<Change[]> => {
    const page = await queryCalls(filters, { limit: WINDOW, abortSignal });
    const isFirst = floor === undefined;
    floor ??= page.cursor?.startsWith('~') ? '' : (page.cursor ?? '');
    const changes: Change[] = [];
    for (const call of page.calls.map(listed).reverse()) {
      const before = known.get(call.pk);
      if (before?.rev === call.rev) continue;
      known.delete(call.pk);
      known.set(call.pk, call);
      if (!isFirst && (before || call.at >= floor)) changes.push({ call, before });
    }
    for (const pk of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(pk);
    }
    return changes;
  };
};

// What changes with every body that comes.
const NO_FACTS = ['rev', 'revisedAt', 'receivedAt', 'versions', 'at', 'agentKey', 'issues'];

const detailsOf = (call: CallView, before: CallView | undefined, zone: string, width: number): string[] => {
  const differences = before
    ? differencesOf(before, call).filter(({ field }) => !NO_FACTS.includes(field))
    : [];
  return differences.length === 0 ? [] : differenceLines(differences, zone, width, 4);
};

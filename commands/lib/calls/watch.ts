import type { CallItem } from '../../../shared/calls/item.ts';
import { type CallView, listed } from '../../../shared/calls/view.ts';
import { count } from '../command.ts';
import { commandLine } from './as-options.ts';
import { differencesOf } from './differences.ts';
import { type Change, followCalls } from './follow.ts';
import type { Listing } from './list.ts';
import { jsonLine, printLines } from './output.ts';
import { differenceLines } from './sheet.ts';
import { tableOf } from './table.ts';
import { clock } from './words.ts';

/** Prints calls as they arrive, and those of the newest that change, until it is interrupted. */
export const watchCalls = async ({ asked, given, json, width, signal }: Listing): Promise<void> => {
  const { filters } = asked;
  const startedAt = Date.now();
  const totals = { fresh: 0, changed: 0 };
  const table = tableOf(filters.zone, width);
  const start = async (calls: CallItem[]) => {
    // The columns of the existing calls, which mostly suit the new ones.
    table(calls.map(listed));
    if (!json) await printLines([`Watching for calls, ${filters.zone}; Ctrl-C ends it`]);
  };
  const take = async (change: Change) => {
    const [call, before] = [listed(change.call), change.before && listed(change.before)];
    if (before === undefined) totals.fresh++;
    else totals.changed++;
    await printLines(
      json ? [jsonLine(call)] : [...table([call]), ...detailsOf(call, before, filters.zone, width)],
    );
  };
  await followCalls(filters, signal, start, take);
  if (json) return;
  const time = clock(Math.round((Date.now() - startedAt) / 1000));
  const { fresh, changed } = totals;
  await printLines([
    `Watched for ${time}: ${count(fresh, 'new call')}, ${changed} changed. A list: ${commandLine(given, { watch: false })}`,
  ]);
};

// Fields that change with every new body.
const NO_FACTS = ['rev', 'revisedAt', 'receivedAt', 'versions', 'at', 'agentKey', 'issues'];

const detailsOf = (call: CallView, before: CallView | undefined, zone: string, width: number): string[] => {
  const differences = before
    ? differencesOf(before, call).filter(({ field }) => !NO_FACTS.includes(field))
    : [];
  return differences.length === 0 ? [] : differenceLines(differences, zone, width, 4);
};

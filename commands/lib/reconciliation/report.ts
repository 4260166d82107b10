import { stageZone } from '../../../shared/calls/period.ts';
import type { Run } from '../../../shared/reconciliation/run.ts';
import { latestSummary, runsWithin } from '../../../shared/reconciliation/state.ts';
import type { Period } from '../../../shared/reconciliation/windows.ts';
import { terminalWidth } from '../calls/output.ts';
import { localTime } from '../calls/words.ts';
import { count, type Result } from '../command.ts';
import { type Findings, findingLines, number } from './text.ts';

/** What the runs of a period have found. */
export const reportOf = async (period: Period, signal: AbortSignal): Promise<Result> => {
  const [zone, width] = [stageZone(), terminalWidth()];
  const found: Findings = {
    ...{ missingCount: 0, missingByHour: {}, differentCount: 0, unexpectedCount: 0 },
    ...{ different: [], unexpected: [] },
  };
  const [last, runs] = [await latestSummary(signal), await lastFirst(period, signal)];
  for (const run of runs) add(found, run);
  const data = { last, ...period, runs: runs.length, ...found };
  if (last === undefined) return { text: 'Nothing was compared with NXCloud yet.', data };
  const span = `${localTime(last.from, zone)} to ${localTime(last.to, zone)}`;
  const text = [
    `Last run: by the ${last.source}, finished ${localTime(last.at, zone)}, ${zone}`,
    `Compared ${number(last.compared)} calls: ${span}`,
    ...findingLines(found, { zone, width }),
    '',
    `In ${count(runs.length, 'run')} of ${localTime(period.from, zone)} to ${localTime(period.to, zone)}:`,
    `${number(found.missingCount)} missing, ${number(found.differentCount)} different, ${number(found.unexpectedCount)} unexpected.`,
  ];
  return { text: text.join('\n'), data };
};

/** A run can be long, so what only its end needs is left. */
const lastFirst = async (period: Period, signal: AbortSignal): Promise<Run[]> => {
  const runs = await Array.fromAsync(runsWithin(period, signal));
  return runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
};

/** Adds what an earlier run has found: a call is missing once, and different or unexpected in each run until that changes. */
const add = (found: Findings, run: Run): void => {
  found.missingCount += run.missingCount;
  for (const [hour, missing] of Object.entries(run.missingByHour))
    found.missingByHour[hour] = (found.missingByHour[hour] ?? 0) + missing;
  const isNew = (known: readonly { pk: string }[]) => {
    const pks = new Set(known.map(({ pk }) => pk));
    return ({ pk }: { pk: string }) => !pks.has(pk);
  };
  const [different, unexpected] = [
    run.different.filter(isNew(found.different)),
    run.unexpected.filter(isNew(found.unexpected)),
  ];
  found.different.push(...different);
  found.unexpected.push(...unexpected);
  found.differentCount += different.length;
  found.unexpectedCount += unexpected.length;
};

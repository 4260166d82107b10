import { stageZone } from '../../../shared/calls/period.ts';
import { hourOf } from '../../../shared/reconciliation/findings.ts';
import type { Run, Summary } from '../../../shared/reconciliation/run.ts';
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
    ...{ missing: [], different: [], unexpected: [] },
  };
  const [last, runs] = [await latestSummary(signal), await lastFirst(period, signal)];
  for (const run of runs) add(found, run);
  const data = { last, ...period, runs: runs.length, ...found };
  if (last === undefined && runs.length === 0)
    return { text: 'Nothing was compared with NXCloud yet.', data };
  const text = [
    ...(last ? lastLines(last, zone) : ['No run has finished yet.']),
    ...findingLines(found, { zone, width }),
    '',
    `In ${count(runs.length, 'run')} of ${localTime(period.from, zone)} to ${localTime(period.to, zone)}:`,
    `${number(found.missingCount)} missing, ${number(found.differentCount)} different, ${number(found.unexpectedCount)} unexpected.`,
  ];
  return { text: text.join('\n'), data };
};

const lastLines = ({ source, at, compared, from, to }: Summary, zone: string): string[] => [
  `Last run: by the ${source}, finished ${localTime(at, zone)}, ${zone}`,
  `Compared ${number(compared)} calls: ${localTime(from, zone)} to ${localTime(to, zone)}`,
];

/** A run can be long, so what only its end needs is left. */
const lastFirst = async (period: Period, signal: AbortSignal): Promise<Run[]> => {
  const runs = await Array.fromAsync(runsWithin(period, signal));
  return runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
};

/** Adds what an earlier run has found: a call counts once, though several runs can have found it. */
const add = (found: Findings, run: Run): void => {
  addMissing(found, run);
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

/** Missing calls that a run does not name, beyond its first thousand, count as new ones. */
const addMissing = (found: Findings, run: Run): void => {
  const known = new Set(found.missing.map(({ pk }) => pk));
  const again = run.missing.filter(({ pk }) => known.has(pk));
  found.missing.push(...run.missing.filter(({ pk }) => !known.has(pk)));
  found.missingCount += run.missingCount - again.length;
  const byHour = new Map(Object.entries(run.missingByHour));
  for (const { at } of again) byHour.set(hourOf(at), (byHour.get(hourOf(at)) ?? 0) - 1);
  for (const [hour, missing] of byHour)
    if (missing > 0) found.missingByHour[hour] = (found.missingByHour[hour] ?? 0) + missing;
};

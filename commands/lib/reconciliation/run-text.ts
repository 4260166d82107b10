import { styleText } from 'node:util';
import type { Run } from '../../../shared/reconciliation/run.ts';
import { commandLine, type Given } from '../calls/as-options.ts';
import { localTime } from '../calls/words.ts';
import { count } from '../command.ts';
import { findingLines, number, type Style } from './text.ts';

/** How far a run is, in a line. */
export const progressText = ({ from, to, position, compared, missingCount }: Run, zone: string): string => {
  const [begin = 0, end = 0, at = 0] = [from, to, position].map((time) => Date.parse(time));
  const percent = Math.floor((100 * (at - begin)) / (end - begin));
  return `Comparing ${localTime(position, zone).slice(0, 16)}, ${percent} %: ${number(compared)} calls, ${number(missingCount)} missing`;
};

/** What a run found, as a person reads it. */
export const runText = (run: Run, { dryRun, ...style }: Style & { dryRun: boolean }): string => {
  const until = run.finishedAt === undefined ? run.position : run.to;
  const span = [run.from, until].map((time) => localTime(time, style.zone)).join(' to ');
  const calls = `${number(run.compared)} ${run.compared === 1 ? 'call' : 'calls'}`;
  return [
    `${span}, ${style.zone}`,
    `Compared ${calls} of Call Center with NXCloud's list.`,
    '',
    ...countLines(run, dryRun),
    ...findingLines(run, style),
    '',
    'NXCloud offers no list of predictive, icc and pns: they cannot be compared.',
  ].join('\n');
};

const countLines = (run: Run, dryRun: boolean): string[] => {
  const { missingCount, filled, differentCount, unexpectedCount, erased, additional } = run;
  const { enriched, expired, unreadable } = run;
  const rows: [string, number, string][] = [
    [
      'Missing',
      missingCount,
      dryRun ? 'would be filled in' : `${number(filled)} put into the queue, like callbacks`,
    ],
    ['Different', differentCount, 'the callback said something else; nothing is changed'],
    ['Unexpected', unexpectedCount, 'not in the list'],
    ['Erased', erased, 'stay erased'],
    ['Additional', additional, additionalText(enriched, dryRun)],
    ['Expired', expired, 'left out: calls are not kept so long, by RETENTION_DAYS'],
    ['Unreadable', unreadable, 'rows without a callId, or too long'],
  ];
  const shown = rows.filter(([, value], n) => value > 0 || n < 3);
  const width = Math.max(...shown.map(([, value]) => number(value).length));
  return shown.map(([title, value, text]) => {
    const figure = number(value).padStart(width);
    const isUrgent = title === 'Missing' && value > 0;
    const said = value > 0 ? text : '';
    return `${title.padEnd(10)}  ${isUrgent ? styleText('red', figure) : figure}  ${said}`.trimEnd();
  });
};

const additionalText = (enriched: number, dryRun: boolean): string =>
  enriched > 0
    ? `the list says more; ${count(enriched, 'record')} put into the queue`
    : `the list says more${dryRun ? '' : '; --enrich takes it over'}`;

type Asked = { stage: string; values: Given };

/** How to go on with a run that was not finished. */
export const goOn = (
  { stage, values }: Asked,
  why: { isFinal?: boolean; from?: string; to?: string },
): string => {
  const { json: _, region: _1, ...given } = values;
  const period = why.from && why.to ? { from: why.from, to: why.to } : {};
  const place = { stage: stage === 'local' ? undefined : stage };
  const command = commandLine(given, { ...period, ...place }, 'reconcile');
  if (why.isFinal) return `Then run it again: ${command}`;
  return given['dry-run']
    ? `Nothing was saved; run it again: ${command}`
    : `What was compared is kept. To continue: ${command}`;
};

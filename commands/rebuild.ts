import type { Projection } from '../shared/calls/projection.ts';
import { isArchiveResult } from '../shared/deliveries/archive-result.ts';
import { printable } from '../shared/telemetry/printable.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { scanKeys } from './lib/key-scan.ts';
import type { Key } from './lib/page-scan.ts';
import { positionFile } from './lib/position-file.ts';
import { startProgress } from './lib/progress.ts';
import { hasDeliveries, type Projected, untilProjected } from './lib/projecting.ts';
import { countOutcomes, type Position, startPosition } from './lib/rebuild-position.ts';
import { approximateItems, enterStage, openStage, type Stage } from './lib/stage.ts';

const USAGE = `Usage: npm run rebuild -- [--stage <stage>] [--resume]

Folds every call again from its deliveries, so that a corrected mapping reaches old calls too, and
removes calls without deliveries. Callbacks may arrive meanwhile.

  --resume           continue the last rebuild of this stage, which was interrupted
`;

const OPTIONS = { resume: { type: 'boolean', default: false } } as const;

const rebuild = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const file = positionFile<Position>('rebuild', invocation);
  const position = values.resume ? file.load() : startPosition();
  const stage = await openStage(invocation);
  enterStage(invocation, stage);
  file.save(position);
  try {
    await projectDeliveries(stage, position, () => file.save(position), signal);
    await removeOrphans(stage, position, () => file.save(position), signal);
  } catch (error) {
    return summarize(position, signal.aborted ? 'Interrupted' : `Stopped by ${reasonOf(error as Error)}`);
  }
  file.remove();
  return summarize(position);
};

type Pass = (stage: Stage, position: Position, save: () => void, signal: AbortSignal) => Promise<void>;

const projectDeliveries: Pass = async (stage, position, save, signal) => {
  const { dynamodb, deliveriesTable: table } = stage;
  const progress = startProgress('Rebuilding', await approximateItems(stage.dynamodb, table));
  const onPage = (keys: readonly Key[], results: (Projected | undefined)[]) => {
    position.seen += keys.filter(({ sk = '' }) => !isArchiveResult({ sk })).length;
    countOutcomes(position, results.filter(isProjected));
    save();
    progress.to(position.seen);
  };
  await scanKeys(
    { dynamodb, table, segments: position.deliveries, visit: untilProjected, onPage },
    signal,
  ).finally(progress.stop);
};

/** Removes the calls whose last delivery was deleted without the projector noticing. */
const removeOrphans: Pass = async (stage, position, save, signal) => {
  const { dynamodb, callsTable: table } = stage;
  const progress = startProgress('Checking  ', await approximateItems(stage.dynamodb, table));
  const visit = async (pk: string): Promise<Projected | undefined> =>
    (await hasDeliveries(stage, pk, signal)) ? undefined : untilProjected(pk, signal);
  const onPage = (keys: readonly Key[], results: (Projected | undefined)[]) => {
    countOutcomes(position, results.filter(isProjected));
    save();
    progress.add(keys.length);
  };
  await scanKeys({ dynamodb, table, segments: position.calls, visit, onPage }, signal).finally(progress.stop);
};

const isProjected = (result: Projected | undefined): result is Projected => result !== undefined;

const reasonOf = ({ name, message }: Error): string => `${name}${message ? `: ${message}` : ''}`;

const summarize = ({ seen, outcomes, unreadable: examples }: Position, stopped?: string): Result => {
  const of = (...names: Projection['outcome'][]): number =>
    names.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0);
  const data = {
    deliveries: seen,
    written: of('new', 'revised'),
    unchanged: of('unchanged'),
    unreadable: of('unreadable'),
    removed: of('removed'),
    noCall: of('no-call'),
  };
  const lines = [
    `${count(seen, 'delivery', 'deliveries')} read.`,
    `Calls: ${data.written} written, ${data.unchanged} unchanged, ${data.unreadable} unreadable by today's schemas.`,
  ];
  if (data.removed > 0) lines.push(`Calls without deliveries: ${data.removed} removed.`);
  if (data.noCall > 0) lines.push(`Not calls, such as notices: ${data.noCall}.`);
  if (examples.length > 0) lines.push(`Unreadable, for example: ${examples.map(printable).join(', ')}`);
  const problem = stopped && `${stopped}. Nothing is lost. Run it again with --resume to continue.`;
  return { text: lines.join('\n'), data, problem };
};

await runCommand({ usage: USAGE, options: OPTIONS, run: rebuild });

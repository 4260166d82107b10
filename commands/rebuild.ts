import { setTimeout as sleep } from 'node:timers/promises';
import { callOfKey } from '../shared/callbacks/list.ts';
import { type Projection, project } from '../shared/calls/project.ts';
import { printable } from '../shared/telemetry/printable.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { approximateDeliveries, type DeliveryKey, pagesOf } from './lib/delivery-keys.ts';
import { startProgress } from './lib/progress.ts';
import {
  advance,
  type Position,
  type Projected,
  positionFile,
  startPosition,
} from './lib/rebuild-position.ts';
import { enterStage, openStage } from './lib/stage.ts';

const USAGE = `Usage: npm run rebuild -- [--stage <stage>] [--resume]

Makes every call anew from its deliveries, so that a corrected mapping reaches old calls too. Callbacks may come meanwhile.

  --resume           go on with the last rebuild of this stage, which was interrupted
`;

const OPTIONS = { resume: { type: 'boolean', default: false } } as const;

const SEGMENTS = 16;

const rebuild = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const file = positionFile(invocation);
  const position = values.resume ? file.load() : startPosition(SEGMENTS);
  const stage = await openStage(invocation);
  enterStage(invocation, stage);
  file.save(position);

  const progress = startProgress('Rebuilding', await approximateDeliveries(stage));
  progress.to(position.deliveries);
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const walk = async (segment: number): Promise<void> => {
    for await (const keys of pagesOf(stage, position.segments, segment, stop)) {
      const projections = await projectAll(keys, position.segments[segment]?.after, stop);
      advance(position, segment, keys, projections);
      file.save(position);
      progress.to(position.deliveries);
    }
    position.segments[segment] = { isDone: true };
    file.save(position);
  };
  try {
    await Promise.all(position.segments.map(({ isDone }, segment) => (isDone ? undefined : walk(segment))));
  } catch (error) {
    return summarize(position, signal.aborted ? 'Interrupted' : `Stopped by ${reasonOf(error as Error)}`);
  } finally {
    failed.abort();
    progress.stop();
  }
  file.remove();
  return summarize(position);
};

/** Projects the calls that begin on a page. */
const projectAll = async (
  keys: readonly DeliveryKey[],
  after: DeliveryKey | undefined,
  signal: AbortSignal,
): Promise<Projected[]> => {
  const done: Projected[] = [];
  let last = after?.pk;
  for (const { pk } of keys) {
    if (pk === last) continue;
    last = pk;
    const call = callOfKey(pk);
    if (call) done.push({ pk, outcome: await untilProjected(call, pk, signal) });
  }
  return done;
};

const ATTEMPTS = 5;

/** Projects a call, again if the table is throttled or away for a moment. */
const untilProjected = async (
  { callback }: NonNullable<ReturnType<typeof callOfKey>>,
  pk: string,
  signal: AbortSignal,
): Promise<Projection['outcome']> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const { outcome } = await project(callback, pk, signal);
      return outcome;
    } catch (error) {
      if (signal.aborted || attempt === ATTEMPTS) throw error;
      await sleep(attempt * 1_000, undefined, { signal });
    }
  }
};

const reasonOf = ({ name, message }: Error): string => `${name}${message ? `: ${message}` : ''}`;

const summarize = ({ deliveries, outcomes, unreadable: examples }: Position, stopped?: string): Result => {
  const of = (...names: Projection['outcome'][]): number =>
    names.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0);
  const data = {
    deliveries,
    written: of('new', 'revised'),
    unchanged: of('unchanged'),
    unreadable: of('unreadable'),
    noCall: of('no-call', 'removed'),
  };
  const lines = [
    `${count(deliveries, 'delivery', 'deliveries')} looked at.`,
    `Calls: ${data.written} written, ${data.unchanged} unchanged, ${data.unreadable} unreadable by today's schemas.`,
  ];
  if (data.noCall > 0) lines.push(`Not calls, like notices: ${data.noCall}.`);
  if (examples.length > 0) lines.push(`Unreadable, for example: ${examples.map(printable).join(', ')}`);
  const problem = stopped && `${stopped}. Nothing is lost: --resume goes on from here.`;
  return { text: lines.join('\n'), data, problem };
};

await runCommand({ usage: USAGE, options: OPTIONS, run: rebuild });

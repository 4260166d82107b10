import { allCalls } from '../shared/calls/all.ts';
import { type Settled, startAsking, wantedOf } from './lib/backfill.ts';
import { countCall, countSettled, isToDo, noCounts, tell } from './lib/backfill-counts.ts';
import { chooseCallbacks } from './lib/callbacks.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { waitMsOf } from './lib/patience.ts';
import { startProgress } from './lib/progress.ts';
import { enterRecordings } from './lib/recordings-queue.ts';
import { periodOf } from './lib/since.ts';
import { enterStage, openStage } from './lib/stage.ts';

const USAGE = `Usage: npm run archive -- --since <date> [--stage <stage>] [--until <date>] [--callback <callback>] [--failed] [--dry-run] [--wait <seconds>]

Archives the recordings of past calls, such as those from before ARCHIVE_RECORDINGS was on, newest
first. Skips those that are archived or still retried. You can interrupt it; run it again to continue.

  --since <date>     calls from then on, like 2026-11-01 (UTC) or 2026-11-01T08:00+08:00
  --until <date>     only calls before that time
  --callback <name>  only calls of this callback
  --failed           also try again those that failed
  --dry-run          only print how many there are
  --wait <seconds>   give up if the archiver does nothing for this long; 120 by default`;

const OPTIONS = {
  since: { type: 'string' },
  until: { type: 'string' },
  callback: { type: 'string' },
  failed: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  wait: { type: 'string', default: '120' },
} as const;

const archive = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const { since, until, failed: again, 'dry-run': isDry } = values;
  if (since === undefined) throw new CommandError(USAGE);
  const callbacks = chooseCallbacks(values.callback).map(({ name }) => name);
  const filters = { ...periodOf(since, until), callbacks };
  const patienceMs = waitMsOf(values.wait);
  const stage = await openStage(invocation);
  enterStage(invocation, stage);
  await enterRecordings(invocation, stage);
  const counts = noCounts();
  const asking = startAsking({ pollMs: stage.pollMs, patienceMs, signal });
  const progress = startProgress(isDry ? 'Calls read' : 'Recordings requested');
  const settle = async (settled: AsyncIterable<Settled>) => {
    for await (const one of settled) countSettled(counts, one);
  };
  try {
    for await (const call of allCalls(filters, signal)) {
      const wanted = wantedOf(call).filter((one) => isToDo(counts, one, again));
      countCall(counts, call, wanted);
      progress.add(isDry ? 1 : wanted.length);
      if (!isDry && wanted.length > 0) await settle(asking.ask(wanted));
      if (asking.isStopped()) break;
    }
    await settle(asking.settle(0));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.stop();
  }
  const left = asking.unsettled.size;
  const problem = problemOf(signal.aborted, asking.isStopped(), values.wait, left);
  return tell(counts, { isDry, left, problem });
};

const problemOf = (
  isInterrupted: boolean,
  isStopped: boolean,
  wait: string,
  left: number,
): string | undefined => {
  if (isInterrupted) {
    return `Interrupted. ${left > 0 ? `${count(left, 'recording')} in the queue will still be archived. ` : ''}Run it again to continue.`;
  }
  if (!isStopped) return undefined;
  return `Stopped: the archiver did nothing for ${count(Number(wait), 'second')} with ${count(left, 'recording')} in its queue. Check that ARCHIVE_RECORDINGS is on for this stage, and read the archiver's log. Then run this again to continue.`;
};

await runCommand({ usage: USAGE, options: OPTIONS, run: archive });

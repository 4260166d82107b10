import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { WAIT, WAIT_USAGE, waitMsOf } from './lib/patience.ts';
import { type Counts, lettersOf, type Redriven, redriveQueue } from './lib/redriving.ts';
import { openStage } from './lib/stage.ts';
import { openQueues, withDeadLetters } from './lib/work-queues.ts';

const USAGE = `Usage: npm run redrive -- [--stage <stage>] [--queue <queue>] [--dry-run] [--wait <seconds>]

Moves the dead letters of a stage back into the queues that they come from, and waits until the
deliveries among them are stored.

  --queue <queue>    deliveries, recordings, exports or webhooks; all except exports by default
  --dry-run          only print how many there are
${WAIT_USAGE}
`;

const OPTIONS = { queue: { type: 'string' }, 'dry-run': { type: 'boolean' }, wait: WAIT } as const;

const redrive = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const patienceMs = waitMsOf(values.wait);
  const stage = await openStage(invocation);
  const queues = await openQueues({ stage: invocation.stage, name: values.queue }, stage);
  const found = await withDeadLetters(stage, queues);
  if (found.length === 0) return { text: 'There are no dead letters.', data: { found: 0 } };
  if (values['dry-run']) {
    const lines = found.map((queue) => `Would move ${lettersOf(queue.name, queue.found)}.`);
    return { text: lines.join('\n'), data: { found: sum(found.map((queue) => queue.found)) } };
  }
  const redriven: Redriven[] = [];
  for (const queue of found) {
    if (!signal.aborted) redriven.push(await redriveQueue(stage, queue, patienceMs, signal));
  }
  return summarize(redriven, signal.aborted);
};

const INTERRUPTED =
  'Interrupted before all were moved and stored. Nothing is lost: messages in a queue are processed, or come back as dead letters. Run it again to continue.';

const summarize = (redriven: Redriven[], interrupted: boolean): Result => {
  const total = (of: keyof Counts) => sum(redriven.map(({ counts }) => counts[of]));
  const problems = redriven.flatMap(({ problem }) => problem ?? []);
  return {
    text: redriven.flatMap(({ lines }) => lines).join('\n'),
    data: { found: total('found'), moved: total('moved'), waiting: total('waiting'), left: total('left') },
    problem: interrupted ? INTERRUPTED : problems[0],
  };
};

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

await runCommand({ usage: USAGE, options: OPTIONS, run: redrive });

import { setTimeout as sleep } from 'node:timers/promises';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { moveDeadLetters } from './lib/dead-letters.ts';
import { WAIT, WAIT_USAGE, waitMsOf } from './lib/patience.ts';
import { startProgress } from './lib/progress.ts';
import { countMessages, openStage, type Stage } from './lib/stage.ts';

const USAGE = `Usage: npm run redrive -- [--stage <stage>] [--dry-run] [--wait <seconds>]

Moves the dead letters of a stage back into its queue and waits until they are stored.

  --dry-run          only say how many there are
${WAIT_USAGE}
`;

const OPTIONS = { 'dry-run': { type: 'boolean' }, wait: WAIT } as const;

const redrive = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const patienceMs = waitMsOf(values.wait);
  const stage = await openStage(invocation);
  const found = await countMessages(stage, stage.deadLetterQueueUrl);
  if (found === 0) return { text: 'There are no dead letters.', data: { found } };
  if (values['dry-run']) {
    return { text: `Would move ${count(found, 'dead letter')} back into the queue.`, data: { found } };
  }
  const moved = await move(stage, found, signal);
  const waiting = await waitUntilEmpty(stage, patienceMs, signal);
  const left = await countMessages(stage, stage.deadLetterQueueUrl);
  return summarize({ found, moved, waiting, left }, signal.aborted);
};

const move = async (stage: Stage, found: number, signal: AbortSignal): Promise<number> => {
  const progress = startProgress('Moving ', found);
  try {
    return await moveDeadLetters(stage, found, signal, progress.to);
  } finally {
    progress.stop();
  }
};

// The counts of SQS are approximate: an empty queue is believed only if it is seen this often.
const EMPTY_POLLS = 3;

/** How many messages are in the queue at the end: none, or what is left when it stopped becoming shorter. */
const waitUntilEmpty = async (stage: Stage, patienceMs: number, signal: AbortSignal): Promise<number> => {
  const most = await countMessages(stage, stage.queueUrl);
  const progress = startProgress('Storing', most);
  let [left, least, emptyPolls] = [most, most, 0];
  let shorterAt = Date.now();
  while (emptyPolls < EMPTY_POLLS && Date.now() - shorterAt <= patienceMs && !signal.aborted) {
    left = await countMessages(stage, stage.queueUrl);
    progress.to(Math.max(0, most - left));
    emptyPolls = left === 0 ? emptyPolls + 1 : 0;
    if (left < least) [least, shorterAt] = [left, Date.now()];
    await sleep(stage.pollMs, undefined, { signal }).catch(() => {});
  }
  progress.stop();
  return left;
};

type Counts = { found: number; moved: number; waiting: number; left: number };

const summarize = (data: Counts, interrupted: boolean): Result => {
  const { moved, waiting, left } = data;
  const lines = [`Moved ${count(moved, 'dead letter')} back into the queue.`];
  const result = (problem?: string): Result => ({ text: lines.join('\n'), data, problem });
  if (interrupted) {
    return result(
      'Interrupted before all were stored. Nothing is lost: what is in the queue gets stored or comes back as a dead letter. Run it again to go on.',
    );
  }
  if (left > 0) {
    return result(
      `${count(left, 'dead letter')} left, or back again: the consumer's log says why it cannot store them.`,
    );
  }
  lines.push(
    waiting === 0
      ? 'All of them are stored.'
      : `The queue does not become empty: ${count(waiting, 'message')} in it, which may be new callbacks. What cannot be stored comes back as a dead letter.`,
  );
  return result();
};

await runCommand({ usage: USAGE, options: OPTIONS, run: redrive });

import { setTimeout as sleep } from 'node:timers/promises';
import { count } from './command.ts';
import { moveDeadLetters } from './dead-letters.ts';
import { startProgress } from './progress.ts';
import { countMessages, type Stage } from './stage.ts';
import type { WorkQueue } from './work-queues.ts';

type Found = WorkQueue & { found: number };

/**
 * How many messages were dead letters at first, were moved, wait in the queue, and are dead letters
 * now.
 */
export type Counts = { found: number; moved: number; waiting: number; left: number };

/** `25 dead letters back into the queue of deliveries`. */
export const lettersOf = (queue: string, number: number): string =>
  `${count(number, 'dead letter')} back into the queue of ${queue}`;

/** The result: its data, its text, and what is left to do. */
export type Redriven = { counts: Counts; lines: string[]; problem?: string | undefined };

/** Moves the dead letters of a queue back into it; waits until deliveries are stored. */
export const redriveQueue = async (
  stage: Stage,
  queue: Found,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Redriven> => {
  const { name, found } = queue;
  const moved = await move({ ...stage, ...queue }, found, signal);
  const lines = [`Moved ${lettersOf(name, moved)}.`];
  const counts = { found, moved, waiting: 0, left: 0 };
  if (name !== 'deliveries') {
    // A late recording waits in its queue for days.
    if (!signal.aborted)
      lines.push('They are processed from there. A message that fails again comes back as a dead letter.');
    return { counts, lines };
  }
  counts.waiting = await waitUntilEmpty(stage, patienceMs, signal);
  counts.left = await countMessages(stage, queue.deadLetterQueueUrl);
  const { text, problem } = storedOf(counts);
  return { counts, lines: problem || signal.aborted ? lines : [...lines, text], problem };
};

const move = async (
  queue: Pick<Stage, 'sqs' | 'pollMs'> & WorkQueue,
  found: number,
  signal: AbortSignal,
): Promise<number> => {
  const progress = startProgress(`Moving ${queue.name}`, found);
  try {
    return await moveDeadLetters(queue, found, signal, progress.to);
  } finally {
    progress.stop();
  }
};

// The counts of SQS are approximate: an empty queue is believed only if it is seen this often.
const EMPTY_POLLS = 3;

/**
 * How many messages are in the queue at the end: none, or what was left when it stopped shrinking.
 */
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

/** The state of the deliveries, or what is left to do. */
const storedOf = ({ waiting, left }: Counts): { text: string; problem?: string } => {
  if (left > 0) {
    const problem = `${count(left, 'dead letter')} left, or back again. The consumer's log says why it cannot store them.`;
    return { text: '', problem };
  }
  if (waiting === 0) return { text: 'All of them are stored.' };
  return {
    text: `The queue still has ${count(waiting, 'message')}, which may be new callbacks. A message that cannot be stored comes back as a dead letter.`,
  };
};

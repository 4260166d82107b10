import { setTimeout as sleep } from 'node:timers/promises';
import { isErased, writeTombstone } from '../../../shared/deliveries/tombstone.ts';
import type { Deleted } from '../../../shared/erasure/certificate.ts';
import { announceDays } from '../../../shared/erasure/days.ts';
import { readLetter } from '../../../shared/erasure/dead-letter.ts';
import { eraseCall } from '../../../shared/erasure/erase-call.ts';
import { eraseExports } from '../../../shared/erasure/exports.ts';
import type { FoundCall } from '../../../shared/erasure/find.ts';
import { eraseReconciliations } from '../../../shared/erasure/reconciliations.ts';
import { eraseRejected, type FoundRejected } from '../../../shared/erasure/rejected.ts';
import { removeLatecomers, stillThere } from '../../../shared/erasure/still-there.ts';
import { isOfSubject, type Subject } from '../../../shared/erasure/subject.ts';
import { startProgress } from '../progress.ts';
import type { Stage } from '../stage.ts';
import type { WorkQueue } from '../work-queues.ts';
import { sweepDeadLetters } from './dead-letters.ts';

/** What is to be erased, and where. */
export type Task = {
  subject: Subject;
  calls: readonly FoundCall[];
  rejected: readonly FoundRejected[];
  stage: Stage;
  queues: readonly WorkQueue[];
  patienceMs: number;
  signal: AbortSignal;
};

/** What was done, also if the rest could not be; `problem` says why it is not all. */
export type Erasure = { deleted: Deleted; refs: string[]; problem?: string };

/** Erases in the order in which it can be begun again at any time: calls are found until they are gone. */
export const eraseAll = async (task: Task): Promise<Erasure> => {
  const erasure: Erasure = { deleted: nothing(task.queues), refs: [] };
  try {
    const days = await announceDays(daysOf(task.calls), task.signal);
    await eraseCalls(task, erasure);
    const isAllGone = await waitUntilGone(task, erasure);
    await days.say('removed');
    erasure.deleted.exports = await eraseExports(days.all, task.signal);
    await eraseTheRest(task, erasure);
    if (isAllGone) await days.say('done');
  } catch (error) {
    const { name, message } = error as Error;
    const why = task.signal.aborted ? 'Interrupted' : `Stopped by ${name}: ${message}`;
    erasure.problem = `${why}. Run it again to continue.`;
  }
  return erasure;
};

const nothing = (queues: readonly WorkQueue[]): Deleted => ({
  ...{ calls: 0, bodies: 0, recordings: 0, exports: 0, reconciliationEntries: 0, rejectedBodies: 0 },
  deadLetters: Object.fromEntries(queues.map(({ name }) => [name, 0])),
});

const daysOf = (calls: readonly FoundCall[]): Set<string> =>
  new Set(
    calls.flatMap(({ at, receivedAt, revisedAt }) =>
      [at, receivedAt, revisedAt].map((time) => time.slice(0, 10)),
    ),
  );

const AT_ONCE = 10;

const eraseCalls = async ({ calls, signal }: Task, { deleted, refs }: Erasure): Promise<void> => {
  const progress = startProgress('Erasing', calls.length);
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const left = calls.values();
  const work = async () => {
    for (const call of left) {
      const { bodies, recordings } = await eraseCall(call, stop);
      deleted.calls++;
      deleted.bodies += bodies;
      deleted.recordings += recordings;
      refs.push(call.ref);
      progress.add();
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    failed.abort();
    progress.stop();
  }
};

/** Whether the projector has removed all calls; false if it does nothing for so long. */
const waitUntilGone = async (task: Task, erasure: Erasure): Promise<boolean> => {
  const { calls, stage, patienceMs, signal } = task;
  const progress = startProgress('Removing', calls.length);
  let [left, lessAt] = [calls, Date.now()];
  try {
    while (left.length > 0) {
      const now = await stillThere(left, signal);
      if (now.length < left.length) lessAt = Date.now();
      left = now;
      progress.to(calls.length - left.length);
      if (left.length === 0) break;
      if (Date.now() - lessAt > patienceMs) {
        erasure.problem = `The projector has not removed ${left.length} of the calls: its log says why. Run it again to continue.`;
        return false;
      }
      await sleep(stage.pollMs, undefined, { signal });
      await removeLatecomers(left, signal);
    }
    return true;
  } finally {
    progress.stop();
  }
};

const eraseTheRest = async (task: Task, erasure: Erasure): Promise<void> => {
  const { subject, rejected, queues, stage, signal } = task;
  const { deleted } = erasure;
  deleted.reconciliationEntries = await eraseReconciliations(subject.number, signal);
  for (const item of rejected) {
    await eraseRejected(item, signal);
    deleted.rejectedBodies++;
  }
  for (const queue of queues) {
    const decide = async (text: string): Promise<boolean> => {
      if (!(await isToDelete(text, subject, signal))) return false;
      deleted.deadLetters[queue.name] = (deleted.deadLetters[queue.name] ?? 0) + 1;
      return true;
    };
    const unseen = await sweepDeadLetters({ ...stage, ...queue }, decide, signal);
    if (unseen > 0)
      erasure.problem ??= `Somebody else holds ${unseen} of the dead letters of ${queue.name}. Run it again later.`;
  }
};

/** Whether a dead letter has the number, or is of an erased call; a call of the number that it tells is erased first. */
const isToDelete = async (text: string, subject: Subject, signal: AbortSignal): Promise<boolean> => {
  const letter = readLetter(text, subject.number);
  const isOfErased = letter.subject !== undefined && (await isErased(letter.subject, signal));
  if (isOfErased) return true;
  if (letter.isOwn || !letter.writings.some((writing) => isOfSubject(subject, writing))) return false;
  const isCallOfSubject =
    letter.inCall !== undefined && isOfSubject(subject, { ...letter.inCall, likeness: letter.inCall.match });
  if (letter.subject !== undefined && (isCallOfSubject || letter.isRejected))
    await writeTombstone(letter.subject, signal);
  return true;
};

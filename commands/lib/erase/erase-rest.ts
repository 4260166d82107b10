import { readCall } from '../../../shared/calls/read-calls.ts';
import { isErased, writeTombstone } from '../../../shared/deliveries/tombstone.ts';
import { readLetter } from '../../../shared/erasure/dead-letter.ts';
import { eraseReconciliations } from '../../../shared/erasure/reconciliations.ts';
import { eraseRejected } from '../../../shared/erasure/rejected.ts';
import { isOfSubject, type Subject } from '../../../shared/erasure/subject.ts';
import { sweepDeadLetters } from './dead-letters.ts';
import type { Erasure, Task } from './task.ts';

/** Erases what is of no call in the table: entries of reconciliations, rejected bodies and dead letters. */
export const eraseTheRest = async (task: Task, erasure: Erasure): Promise<void> => {
  const { subject, rejected, queues, stage, signal } = task;
  const { deleted } = erasure;
  const reports = await eraseReconciliations(subject.number, signal);
  deleted.reconciliationEntries = reports.entries;
  erasure.reportsUnderWay = reports.underWay;
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

/** Whether a dead letter has the number, or is of an erased call; a call of the number that only it tells is erased too. */
const isToDelete = async (text: string, subject: Subject, signal: AbortSignal): Promise<boolean> => {
  const letter = readLetter(text, subject.number);
  const isOfErased = letter.subject !== undefined && (await isErased(letter.subject, signal));
  if (isOfErased) return true;
  if (letter.isOwn || !letter.writings.some((writing) => isOfSubject(subject, writing))) return false;
  const isCallOfSubject =
    letter.inCall !== undefined && isOfSubject(subject, { ...letter.inCall, likeness: letter.inCall.match });
  // The calls of the subject are gone by now: of one that is there, the letter tells an earlier version.
  const isGone = async (pk: string) => (await readCall(pk, signal)) === undefined;
  if (
    letter.subject !== undefined &&
    (letter.isRejected || (isCallOfSubject && (await isGone(letter.subject))))
  )
    await writeTombstone(letter.subject, signal);
  return true;
};

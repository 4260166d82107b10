import type { Deleted } from '../../../shared/erasure/certificate.ts';
import { announceDays } from '../../../shared/erasure/days.ts';
import { eraseCall } from '../../../shared/erasure/erase-call.ts';
import { eraseExports } from '../../../shared/erasure/exports.ts';
import type { FoundCall } from '../../../shared/erasure/find.ts';
import { startProgress } from '../progress.ts';
import type { WorkQueue } from '../work-queues.ts';
import { eraseTheRest } from './erase-rest.ts';
import type { Erasure, Task } from './task.ts';
import { waitUntilGone } from './until-gone.ts';

/** Erases in the order in which it can be begun again at any time: calls are found until they are gone. */
export const eraseAll = async (task: Task): Promise<Erasure> => {
  const erasure: Erasure = { deleted: nothing(task.queues), refs: [], reportsUnderWay: 0 };
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

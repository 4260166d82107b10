import { setTimeout as sleep } from 'node:timers/promises';
import { removeLatecomers, stillThere } from '../../../shared/erasure/still-there.ts';
import { startProgress } from '../progress.ts';
import type { Erasure, Task } from './task.ts';

/** Whether the projector has removed all calls; false if it does nothing for so long. */
export const waitUntilGone = async (task: Task, erasure: Erasure): Promise<boolean> => {
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

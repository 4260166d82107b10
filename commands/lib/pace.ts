import { setTimeout as sleep } from 'node:timers/promises';

/** Lets whoever waits for it through, one after another, no more than so many a second. */
export const paceOf = (perSecond: number, signal: AbortSignal) => {
  let next = Date.now();
  return async (): Promise<void> => {
    const turn = Math.max(next, Date.now());
    next = turn + 1000 / perSecond;
    await sleep(turn - Date.now(), undefined, { signal });
  };
};

const TICK_MS = 20;
const LONGEST_TICK_MS = 3 * TICK_MS;

/**
 * Measures milliseconds as far as this process had them: while a busy machine gave it no CPU its
 * timers were late, and that does not count. What waits for something, or hangs, has its timers on
 * time.
 */
export const startOwnTime = (): (() => number) => {
  let ownMs = 0;
  let last = performance.now();
  const take = (): void => {
    const now = performance.now();
    ownMs += Math.min(now - last, LONGEST_TICK_MS);
    last = now;
  };
  const timer = setInterval(take, TICK_MS);
  return () => {
    clearInterval(timer);
    take();
    return ownMs;
  };
};

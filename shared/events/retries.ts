const [MINUTE, HOUR] = [60, 3600];

/**
 * How long an event waits after each failed attempt. After one more it goes to the dead letters.
 */
export const RETRY_SECONDS = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];

/** The seconds to wait after a failed attempt, counted from 1; undefined after the last. */
export const waitAfter = (attempt: number): number | undefined => {
  const seconds = RETRY_SECONDS[attempt - 1];
  return seconds && Math.round(seconds * spread());
};

// So that events that failed together do not come back together.
const spread = () => 1 + Math.random() / 10;

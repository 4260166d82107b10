const MINUTE = 60;
const HOUR = 60 * MINUTE;

// SQS hides a message for at most twelve hours.
const WAITS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR];
const LAST_WAIT = 11 * HOUR;
const GIVE_UP = 48 * HOUR;

/**
 * The seconds until the next attempt, this many seconds after the first; undefined if the recording
 * is given up.
 */
export const nextWait = (ageSeconds: number): number | undefined => {
  if (ageSeconds >= GIVE_UP) return undefined;
  let end = 0;
  for (const wait of WAITS) {
    end += wait;
    if (ageSeconds < end) return wait;
  }
  return LAST_WAIT;
};

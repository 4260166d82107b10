import { Temporal } from 'temporal-polyfill';
import { type Random, randomOf } from './random.ts';

/** A day of the contact centre, in the clocks of its zone. */
export type Day = {
  date: string;
  random: Random;
  /**
   * When this many calls begin on a weekday, in order, in epoch milliseconds; fewer on other days.
   */
  moments: (calls: number) => number[];
  /** How busy it is at that moment: 1 in a normal hour. */
  loadAt: (moment: number) => number;
  /** The moment at an hour of the day. */
  at: (hour: number) => number;
  /** The URL of a recording. */
  recordingUrl: (name: string) => string;
};

// Calls begin at nine; there are fewer at lunch, and some in the evening.
const WEEKDAY = [
  0, 0, 0, 0, 0, 0, 0.02, 0.1, 0.4, 1, 1.3, 1.15, 0.6, 0.55, 1, 1.2, 1.05, 0.8, 0.4, 0.25, 0.15, 0.06, 0.02,
  0,
];
const WEEKEND = [
  0, 0, 0, 0, 0, 0, 0, 0, 0.02, 0.25, 0.4, 0.4, 0.3, 0.25, 0.35, 0.35, 0.3, 0.2, 0.06, 0.02, 0, 0, 0, 0,
];
const sum = (shares: number[]) => shares.reduce((total, share) => total + share, 0);
const WHOLE = sum(WEEKDAY);
const HOUR_MS = 3_600_000;

/** A date of the contact centre; the same for the same date and zone. */
export const dayOf = (date: string, zone: string, recordingUrl: Day['recordingUrl']): Day => {
  const random = randomOf(`day ${date}`);
  const day = Temporal.PlainDate.from(date);
  const shares = day.dayOfWeek > 5 ? WEEKEND : WEEKDAY;
  // Mondays also have the backlog of the weekend.
  const volume = (day.dayOfWeek === 1 ? 1.2 : 1) * (0.88 + 0.24 * random.real());
  const at = (hour: number) =>
    day.toZonedDateTime({ timeZone: zone }).add({ hours: Math.floor(hour) }).epochMilliseconds +
    (hour % 1) * HOUR_MS;
  const hours = shares.map((share, hour) => [hour, share] as const);
  return {
    date,
    random,
    at,
    recordingUrl,
    moments: (calls) =>
      Array.from({ length: Math.round((calls * volume * sum(shares)) / WHOLE) }, () =>
        Math.round(at(random.weighted(hours) + random.real())),
      ).sort((a, b) => a - b),
    loadAt: (moment) => volume * (shares[Math.floor((moment - at(0)) / HOUR_MS)] ?? 0),
  };
};

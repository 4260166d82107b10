import { Temporal } from 'temporal-polyfill';

/** A period, as ISO 8601 UTC; `to` is exclusive. */
export type Period = { from: string; to: string };

/**
 * The period of the same length that ends where this one begins. A period of whole days has the
 * same number of calendar days of the zone, so that a day of 25 hours is compared with a whole day;
 * any other has the same number of milliseconds.
 */
export const periodBefore = ({ from, to }: Period, zone: string): Period => {
  const [start, end] = [from, to].map((time) => Temporal.Instant.from(time).toZonedDateTimeISO(zone)) as [
    Temporal.ZonedDateTime,
    Temporal.ZonedDateTime,
  ];
  const isWhole = start.toPlainTime().equals(end.toPlainTime());
  const days = start.toPlainDate().until(end.toPlainDate()).days;
  const before = isWhole ? start.subtract({ days }).epochMilliseconds : 2 * Date.parse(from) - Date.parse(to);
  return { from: new Date(before).toISOString(), to: from };
};

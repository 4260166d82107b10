import { datesOf, periodOf } from '../calls/filters.ts';
import { daysLater } from '../format/dates.ts';
import { timeOf, today } from '../format/format.ts';

/** The first and the last date of a period, neither in the future. */
export const daysOf = (query: URLSearchParams): { from: string; last: string } => {
  const { from, to = today() } = datesOf(periodOf(query));
  const last = [to.slice(0, 10), today()].sort()[0] ?? today();
  return { from: from.slice(0, 10) || daysLater(last, -29), last };
};

const DAY_MS = 86_400_000;

export const lengthOf = ({ from, last }: { from: string; last: string }): number =>
  Math.max(1, Math.round((Date.parse(last) - Date.parse(from)) / DAY_MS) + 1);

/**
 * The period for comparison: for a single day the same weekday a week before, for others the same
 * number of days before. A period in progress is compared up to the same time of day.
 */
export const periodBefore = (query: URLSearchParams): { from: string; to: string } => {
  const { from, last } = daysOf(query);
  const days = lengthOf({ from, last });
  const shift = days === 1 ? 7 : days;
  const to = daysLater(last, -shift);
  return {
    from: daysLater(from, -shift),
    to: last === today() ? `${to}T${timeOf(new Date().toISOString()).slice(0, 5)}` : to,
  };
};

/** The period of four weeks that ends with another period's last day. */
export const fourWeeks = (query: URLSearchParams): { from: string; to: string } => {
  const { last } = daysOf(query);
  return { from: daysLater(last, -27), to: last };
};

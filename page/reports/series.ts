import { daysLater } from '../format/dates.ts';
import type { Row } from './figures.ts';

/** A bar of the chart. */
export type Bar = {
  /** `2026-11-26T14` or `2026-11-26`, in the zone. */
  key: string;
  answered: number;
  unanswered: number;
  abandoned: number;
  /** The total; for some calls it is not known whether they were answered. */
  offered: number;
};

const empty = (key: string): Bar => ({ key, answered: 0, unanswered: 0, abandoned: 0, offered: 0 });

const add = (bar: Bar, row: Row): void => {
  for (const figure of ['answered', 'unanswered', 'abandoned', 'offered'] as const)
    bar[figure] += row[figure];
};

const FIRST_HOUR = 8;
const LAST_HOUR = 19;
const pad = (hour: number): string => String(hour).padStart(2, '0');

/** The hourly bars of a day, from hourly rows: office hours, and other hours with calls. */
export const hoursOf = (day: string, rows: readonly Row[]): Bar[] => {
  const own = rows.filter(({ key }) => key.startsWith(day));
  const hours = own.map(({ key }) => Number(key.slice(11, 13)));
  const [first, last] = [Math.min(FIRST_HOUR, ...hours), Math.max(LAST_HOUR, ...hours)];
  const bars = Array.from({ length: last - first + 1 }, (_, n) => empty(`${day}T${pad(first + n)}`));
  for (const row of own) add(bars.find(({ key }) => key === row.key.slice(0, 13)) ?? empty(''), row);
  return bars;
};

/** The daily bars of a period, from hourly rows. */
export const daysFrom = (from: string, length: number, rows: readonly Row[]): Bar[] => {
  const bars = new Map(
    Array.from({ length }, (_, n) => daysLater(from, n)).map((day) => [day, empty(day)] as const),
  );
  for (const row of rows) add(bars.get(row.key.slice(0, 10)) ?? empty(''), row);
  return [...bars.values()];
};

/** Calls an hour on an average weekday: `cells[0][14]` is Monday from 14:00. */
export type Week = { cells: number[][]; hours: number[]; most: number };

/** How busy each hour of the week is, from the hourly rows of a period of this many days. */
export const weekOf = (from: string, length: number, rows: readonly Row[]): Week => {
  const cells = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  const weekdays = Array.from({ length }, (_, n) => weekdayOf(daysLater(from, n)));
  for (const { key, offered } of rows) {
    const weekday = weekdayOf(key.slice(0, 10));
    const days = weekdays.filter((one) => one === weekday).length;
    const hours = cells[weekday];
    const hour = Number(key.slice(11, 13));
    if (hours && days > 0) hours[hour] = (hours[hour] ?? 0) + offered / days;
  }
  const busy = rows.map(({ key }) => Number(key.slice(11, 13)));
  const [first, last] = [Math.min(FIRST_HOUR, ...busy), Math.max(LAST_HOUR, ...busy)];
  return {
    cells,
    hours: Array.from({ length: last - first + 1 }, (_, n) => first + n),
    most: Math.max(...cells.flat()),
  };
};

/** From Monday, which is 0. */
export const weekdayOf = (date: string): number => (new Date(date).getUTCDay() + 6) % 7;

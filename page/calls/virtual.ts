import { dateOf, dayOf, today } from '../format/format.ts';
import { t } from '../words/t.ts';
import type { Row } from './row.ts';

/** A line of the table: a call, or the day of the calls below it. */
export type Line = { key: string; top: number; height: number } & (
  | { row: Row; index: number }
  | { day: string }
);

export type Lines = { all: readonly Line[]; height: number };

export const DAY_HEIGHT = 30;

const dates = new WeakMap<Row, { date: string; zone: string }>();

const dateOfRow = (row: Row, zone: string): string => {
  const known = dates.get(row);
  if (known?.zone === zone) return known.date;
  const date = dateOf(row.time);
  dates.set(row, { date, zone });
  return date;
};

/** Positions rows under the days of the zone. */
export const linesOf = (rows: readonly Row[], rowHeight: number, zone: string): Lines => {
  const all: Line[] = [];
  let top = 0;
  let date = '';
  rows.forEach((row, index) => {
    const own = dateOfRow(row, zone);
    if (own !== date) {
      all.push({ key: own, top, height: DAY_HEIGHT, day: labelOf(own, row.time) });
      top += DAY_HEIGHT;
      date = own;
    }
    all.push({ key: row.pk, top, height: rowHeight, row, index });
    top += rowHeight;
  });
  return { all, height: top };
};

const labelOf = (date: string, time: string): string => {
  const now = today();
  if (date === now) return `${t('today')} · ${dayOf(time)}`;
  const isYesterday = Date.parse(now) - Date.parse(date) === 86_400_000;
  return isYesterday ? `${t('yesterday')} · ${dayOf(time)}` : dayOf(time);
};

/** The index of the last line that begins at or above a position; 0 if none does. */
export const lineAt = (lines: readonly Line[], place: number): number => {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle]?.top ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
};

import type { Report, Row } from '../../../shared/reports/report.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { fit, widthOf } from '../columns.ts';
import { COLUMNS, changeOf, SACRIFICES, textOf } from './columns.ts';

const GAP = '  ';
// A shorter key is useless.
const MIN_KEY = 16;

/**
 * A report in lines of at most this many columns: titles, rows, the total, the previous period and
 * the change from it.
 */
export const tableOf = (report: Report, width: number): string[] => {
  const { by, rows, total, previous } = report;
  const keys = [titleOf(by), ...rows.map((row) => keyText(by, row)), 'Total'];
  if (previous) keys.push('Before', 'Change');
  const totals = [total, ...(previous ? [previous.total] : [])];
  const columns = COLUMNS.filter(({ needs }) => !needs || totals.some((some) => some[needs])).map(
    (column) => {
      const texts = [column.title, ...[...rows, ...totals].map((figures) => textOf(column, figures))];
      if (previous) texts.push(changeOf(column, total, previous.total));
      return { figure: column.figure, texts, width: Math.max(...texts.map(widthOf)) };
    },
  );
  const longest = Math.max(...keys.map(widthOf));
  const left = () => columns.reduce((rest, column) => rest - GAP.length - column.width, width);
  for (const figure of SACRIFICES) {
    if (left() >= Math.min(longest, MIN_KEY)) break;
    const place = columns.findIndex((column) => column.figure === figure);
    if (place >= 0) columns.splice(place, 1);
  }
  const keyWidth = Math.max(1, Math.min(longest, left()));
  return keys.map((key, n) =>
    [fit(key, keyWidth), ...columns.map(({ texts, width }) => (texts[n] ?? '').padStart(width))]
      .join(GAP)
      .trimEnd(),
  );
};

const TITLES: Record<string, string> = {
  ...{ hour: 'Hour', day: 'Day', weekday: 'Weekday', callback: 'Product' },
  ...{ agent: 'Agent', skillGroup: 'Skill group', direction: 'Direction' },
};
const titleOf = (by: readonly string[]): string => by.map((name) => TITLES[name] ?? name).join(', ');

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A row's key as a person reads it: an agent by name, `2026-11-26 14h`, `Mon`. */
const keyText = (by: readonly string[], { keys, agentName }: Row): string =>
  keys
    .map((part, n) => {
      if (part === null) return 'none';
      if (by[n] === 'agent') return agentName ?? part.replace(/^\w+:/, '');
      if (by[n] === 'weekday') return WEEKDAYS[Number(part) - 1] ?? part;
      return by[n] === 'hour' ? `${part.replace('T', ' ')}h` : part;
    })
    .map(printable)
    .join(', ');

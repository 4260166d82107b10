import type { Runtime } from '../fixtures/lambda.ts';

/** One table of the report; cells are numbers if they can be compared. */
export type Table = { title: string; head: string[]; rows: (string | number)[][]; note?: string };

/** A ratio or figure that has to stay below a limit. */
export type Goal = { what: string; value: number; limit: number };

const rounded = (value: string | number): string => {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '';
  return Math.abs(value) >= 100
    ? value.toFixed(0)
    : Math.abs(value) >= 10
      ? value.toFixed(1)
      : value.toFixed(2);
};

/** The table in Markdown, columns aligned so that it reads in a terminal as well. */
export const markdown = ({ title, head, rows, note }: Table): string => {
  const cells = [head, ...rows.map((row) => row.map(rounded))];
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? `${'-'.repeat(width + 2)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [first = [], ...others] = cells;
  return [`### ${title}`, '', line(first), rule, ...others.map(line), ...(note ? ['', note] : []), ''].join(
    '\n',
  );
};

export const isMet = ({ value, limit }: Goal): boolean => value <= limit;

export const goalTable = (goals: Goal[]): Table => ({
  title: 'Goals',
  head: ['goal', 'limit', 'measured', 'met'],
  rows: goals.map((goal) => [goal.what, `≤ ${goal.limit}`, goal.value, isMet(goal) ? 'yes' : 'no']),
});

/** How the figures of a table came about. */
export const conditions = (starts: number, { throttled, throttle }: Runtime): string =>
  [
    `${starts} starts of each, interleaved; medians.`,
    throttled === 'none' ? 'Not throttled.' : `Throttled to ${throttle.description}: ${throttled}.`,
  ].join(' ');

import { styleText } from 'node:util';
import type { CallView } from '../../../shared/calls/view.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { type Cut, fit, widthOf } from '../columns.ts';
import {
  agentOf,
  clock,
  directionOf,
  isWaiting,
  localTime,
  marksOf,
  partiesOf,
  resultOf,
  timeOf,
} from './words.ts';

type Column = {
  title: string;
  text: (call: CallView, zone: string) => string;
  cut?: Cut;
  isRight?: true;
  /** Whether its contents require action. */
  isUrgent?: (call: CallView) => boolean;
};

// A key begins with its product.
const COLUMNS = {
  time: { title: 'Time', text: (call, zone) => localTime(timeOf(call), zone), cut: 'seconds' },
  call: { title: 'Call', text: ({ pk }) => pk, cut: 'middle' },
  direction: { title: 'Dir', text: directionOf },
  parties: { title: 'Caller -> callee', text: partiesOf },
  agent: { title: 'Agent', text: agentOf },
  result: { title: 'Result', text: resultOf, isUrgent: isWaiting },
  talk: {
    title: 'Talk',
    text: ({ talkSeconds }) => (talkSeconds === undefined ? '' : clock(talkSeconds)),
    isRight: true,
  },
  marks: { title: 'Mark', text: marksOf, isUrgent: (call) => marksOf(call).includes('!') },
} satisfies Record<string, Column>;

type Name = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Name[];
type Widths = Record<Name, number>;

const GAP = '  ';

/**
 * What to give up, step by step, until a line fits: shrink a column to this many columns, or by
 * this many if negative.
 */
const SACRIFICES: [Name, number][] = [
  ['call', 14],
  ['agent', 8],
  ['result', 12],
  // Two numbers of 12 digits and more.
  ['parties', 29],
  // Without the seconds.
  ['time', -3],
  ['call', 10],
  ['result', 10],
  ['agent', 0],
  ['parties', 17],
  ['parties', 11],
];

/** The widths with which a line fits; a column of width 0 is not shown. */
export const shrunk = (natural: Widths, total: number): Widths => {
  const widths = { ...natural };
  for (const [name, to] of SACRIFICES) {
    const excess = lineWidth(widths) - total;
    if (excess <= 0) break;
    const floor = to < 0 ? widths[name] + to : to;
    const isHidden = floor === 0;
    widths[name] =
      isHidden || to < 0 ? floor : Math.max(Math.min(floor, widths[name]), widths[name] - excess);
  }
  return widths;
};

const lineWidth = (widths: Widths): number => {
  const shown = Object.values(widths).filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + GAP.length * (shown.length - 1);
};

/**
 * Makes lines of calls, page by page, in aligned columns. Titles come first, and again if a later
 * page needs other widths. The year is left out while it is the present one.
 */
export const tableOf = (zone: string, total: number): ((calls: readonly CallView[]) => string[]) => {
  const natural = Object.fromEntries(NAMES.map((name) => [name, 0])) as Widths;
  const thisYear = localTime(new Date().toISOString(), zone).slice(0, 5);
  let hasYear = false;
  let titles = '';
  return (calls) => {
    const rows = calls.map((call) => ({ call, cells: cellsOf(call, zone) }));
    hasYear ||= rows.some(({ cells }) => !cells.time.startsWith(thisYear));
    for (const { cells } of rows) {
      if (!hasYear) cells.time = cells.time.slice(thisYear.length);
      for (const name of NAMES) natural[name] = Math.max(natural[name], widthWithTitle(name, cells[name]));
    }
    const widths = shrunk(natural, total);
    const next = lineOf(titlesOf(), widths);
    const lines = rows.map(({ call, cells }) => lineOf(cells, widths, call));
    const isSame = next === titles;
    titles = next;
    return isSame || rows.length === 0 ? lines : [titles, ...lines];
  };
};

const cellsOf = (call: CallView, zone: string): Record<Name, string> =>
  Object.fromEntries(NAMES.map((name) => [name, printable(COLUMNS[name].text(call, zone))])) as Record<
    Name,
    string
  >;

const titlesOf = () =>
  Object.fromEntries(NAMES.map((name) => [name, COLUMNS[name].title])) as Record<Name, string>;

const widthWithTitle = (name: Name, cell: string): number =>
  cell === '' ? 0 : Math.max(widthOf(cell), widthOf(COLUMNS[name].title));

const lineOf = (cells: Record<Name, string>, widths: Widths, call?: CallView): string =>
  NAMES.filter((name) => widths[name] > 0)
    .map((name) => {
      const { cut, isRight, isUrgent }: Column = COLUMNS[name];
      const cell = isRight ? cells[name].padStart(widths[name]) : fit(cells[name], widths[name], cut);
      return call && isUrgent?.(call) ? styleText('red', cell) : cell;
    })
    .join(GAP)
    .trimEnd();

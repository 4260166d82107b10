import { styleText } from 'node:util';
import type { Different, Found, Run } from '../../../shared/reconciliation/run.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { valueText } from '../calls/values.ts';
import { localTime } from '../calls/words.ts';
import { cut, fit } from '../columns.ts';

/** What comparisons have found. */
export type Findings = Pick<
  Run,
  | 'missing'
  | 'missingCount'
  | 'missingByHour'
  | 'different'
  | 'differentCount'
  | 'unexpected'
  | 'unexpectedCount'
>;

/** How findings are written: in which zone's time, and how wide. */
export type Style = { zone: string; width: number };

const SHOWN = 10;

/** What was found, call by call, in lines. */
export const findingLines = (found: Findings, style: Style): string[] => [
  ...section('Missing, by when they began', missingLines(found.missingByHour, style)),
  ...section(
    'Different: the callback said -> NXCloud lists',
    found.different.slice(0, SHOWN).flatMap((one) => differentLines(one, style)),
    found.differentCount - SHOWN,
  ),
  ...section(
    'Unexpected: they are here, and NXCloud does not list them',
    found.unexpected.slice(0, SHOWN).map((one) => callLine(one, style)),
    found.unexpectedCount - SHOWN,
  ),
];

const section = (title: string, lines: string[], more = 0): string[] =>
  lines.length === 0
    ? []
    : ['', title, ...lines, ...(more > 0 ? [`  and ${number(more)} more: --json`] : [])];

/** `9,997` */
export const number = (value: number): string => value.toLocaleString('en');

const MAX_HOURS = 48;

const missingLines = (byHour: Run['missingByHour'], { zone }: Style): string[] => {
  const isByDay = Object.keys(byHour).length > MAX_HOURS;
  const counts = new Map<string, number>();
  for (const [hour, missing] of Object.entries(byHour)) {
    const key = isByDay
      ? localTime(`${hour}:00:00Z`, zone).slice(0, 'YYYY-MM-DD'.length)
      : hourText(hour, zone);
    counts.set(key, (counts.get(key) ?? 0) + missing);
  }
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(...rows.map(([, missing]) => number(missing).length));
  return rows.map(([key, missing]) => `  ${key}  ${styleText('red', number(missing).padStart(width))}`);
};

const HOUR_MS = 3_600_000;

/** `2026-11-26 10:00–11:00` */
const hourText = (hour: string, zone: string): string => {
  const begin = Date.parse(`${hour}:00:00Z`);
  const [from, to] = [begin, begin + HOUR_MS].map((time) => localTime(new Date(time).toISOString(), zone));
  return `${from?.slice(0, 16)}–${to?.slice(11, 16)}`;
};

const callLine = ({ pk, at }: Found, { zone, width }: Style): string =>
  cut(`  ${localTime(at, zone)}  ${printable(pk)}`, width);

const NAME_WIDTH = 15;

const differentLines = ({ fields, ...call }: Different, style: Style): string[] => [
  callLine(call, style),
  ...Object.entries(fields).map(([name, { ours, theirs }]) => {
    const text = (value: unknown) => (value === undefined ? 'nothing' : valueText(name, value, style.zone));
    return cut(`    ${fit(name, NAME_WIDTH)}  ${text(ours)} -> ${text(theirs)}`, style.width);
  }),
];

import { stringify } from 'csv-stringify/sync';
import { clockOf } from '../calls/clock.ts';
import type { CallView } from '../calls/view.ts';
import { type Column, columns } from './columns.ts';
import type { Format } from './format.ts';

// Without it, Excel does not recognise UTF-8.
const BYTE_ORDER_MARK = '\uFEFF';

// Programs take a text to end at it.
const NUL = '\0';
const REPLACEMENT = '\uFFFD';

const OPTIONS = {
  record_delimiter: 'windows',
  // Any line break in a cell, not only CRLF.
  quote_record_delimiter: true,
  // A spreadsheet would run `=HYPERLINK(…)`, and compute `+852…`.
  escape_formulas: true,
  cast: { boolean: String },
} as const;

/** `2026-11-26 14:03:11`. */
const asTime = (local: string): string => `${local.slice(0, 10)} ${local.slice(11, 19)}`;

/**
 * CSV for spreadsheets: UTF-8 with a byte order mark, lines that end in CRLF, times as the clocks
 * of the zone show them.
 */
export const csv: Format = async function* (batches, { language, zone }) {
  const { localAt } = clockOf(zone);
  const cellOf = ({ kind, cell }: Column, call: CallView) => {
    const value = cell(call);
    if (typeof value !== 'string') return value;
    return kind === 'time' ? asTime(localAt(Date.parse(value))) : value.replaceAll(NUL, REPLACEMENT);
  };
  yield Buffer.from(BYTE_ORDER_MARK + stringify([columns.map(({ label }) => label[language])], OPTIONS));
  for await (const calls of batches) {
    const rows = calls.map((call) => columns.map((column) => cellOf(column, call)));
    yield Buffer.from(stringify(rows, OPTIONS));
  }
};

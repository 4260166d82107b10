import { strToU8, Zip, ZipDeflate } from 'fflate';
import { clockOf } from '../calls/clock.ts';
import type { CallView } from '../calls/view.ts';
import { type Cell, type Column, columns, type Kind } from './columns.ts';
import { ExportError, type Format } from './format.ts';
import { letters, SHEET_PATH, STYLES, sheetEnd, sheetStart, workbookParts, xmlText } from './xlsx-parts.ts';

/** The calls that fit into a sheet beside its header. */
export const MAX_CALLS = 1_048_575;
// The limit of a ZIP file without its 64-bit extension.
const MAX_BYTES = 2 ** 32 - 1;

const DEFLATE = { level: 3 } as const;

/**
 * XLSX, streamed. Ids and numbers are text cells, which keep all digits; times are dates as the
 * clocks of the zone show them. No text is ever a formula.
 */
export const xlsx: Format = async function* (batches, { language, zone }) {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [path, text] of Object.entries(workbookParts(language))) {
    const part = new ZipDeflate(path, DEFLATE);
    zip.add(part);
    part.push(strToU8(text), true);
  }
  const sheet = new ZipDeflate(SHEET_PATH, DEFLATE);
  zip.add(sheet);
  let [bytes, rows] = [0, 1];
  const write = (text: string, isLast = false): Uint8Array[] => {
    const part = Buffer.from(text);
    bytes += part.length;
    if (bytes > MAX_BYTES)
      throw new ExportError(
        'The calls need more than 4 GB, the limit of an XLSX file. Choose CSV or Parquet, or a shorter period.',
      );
    sheet.push(part, isLast);
    return chunks.splice(0);
  };
  yield* write(sheetStart(columns.map(widthOf)) + headerOf(columns.map(({ label }) => label[language])));
  const rowOf = rowsIn(zone);
  for await (const calls of batches) {
    if (rows + calls.length > MAX_CALLS + 1) throw new ExportError(TOO_MANY);
    yield* write(calls.map((call) => rowOf(call, ++rows)).join(''));
  }
  yield* write(sheetEnd(`${LETTERS.at(-1)}${rows}`), true);
  zip.end();
  yield* chunks;
};

const TOO_MANY = `These are more than the ${MAX_CALLS.toLocaleString('en')} calls that fit into an XLSX file. Choose CSV or Parquet, or a shorter period.`;

const LETTERS = columns.map((_, n) => letters(n));

const WIDTHS: Record<Kind, number> = { text: 18, time: 20, integer: 12, decimal: 12, boolean: 12 };
const widthOf = ({ kind }: Column): number => WIDTHS[kind];

const textCell = (place: string, style: number, text: string): string =>
  `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;

const headerOf = (labels: string[]): string =>
  `<row r="1">${labels.map((label, n) => textCell(`${LETTERS[n]}1`, STYLES.header, label)).join('')}</row>`;

const DAY_MS = 86_400_000;
// Excel counts days from the end of 1899, with a 29th of February 1900.
const EPOCH_DAYS = 25_569;

// Excel keeps 15 digits of a number.
const EXACT = /^-?\d{1,9}(\.\d{1,6})?$/;

const rowsIn = (zone: string): ((call: CallView, row: number) => string) => {
  const { offsetAt } = clockOf(zone);
  const dateOf = (iso: string): number => {
    const time = Date.parse(iso);
    return Math.round(time + offsetAt(time)) / DAY_MS + EPOCH_DAYS;
  };
  const cellOf = (kind: Kind, place: string, value: Cell): string => {
    if (value === undefined || value === '') return '';
    if (typeof value === 'boolean') return `<c r="${place}" t="b"><v>${value ? 1 : 0}</v></c>`;
    if (typeof value === 'number') return `<c r="${place}"><v>${value}</v></c>`;
    if (kind === 'time') return `<c r="${place}" s="${STYLES.time}"><v>${dateOf(value)}</v></c>`;
    if (kind === 'decimal' && EXACT.test(value)) return `<c r="${place}"><v>${value}</v></c>`;
    return textCell(place, STYLES.text, value);
  };
  return (call, row) => {
    const cells = columns.map(({ kind, cell }, n) => cellOf(kind, `${LETTERS[n]}${row}`, cell(call)));
    return `<row r="${row}">${cells.join('')}</row>`;
  };
};

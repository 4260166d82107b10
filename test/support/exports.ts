import { writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { DuckDBInstance, type Json } from '@duckdb/node-api';
import { strFromU8, unzipSync } from 'fflate';
import type { Call } from '../../shared/calls/fold.ts';
import type { CallItem } from '../../shared/calls/item.ts';
import { itemOf } from '../../shared/calls/item.ts';
import { type CallView, listed } from '../../shared/calls/view.ts';
import { columns } from '../../shared/exports/columns.ts';
import type { Format, Layout } from '../../shared/exports/format.ts';

/** A call as a list has it. */
export const listedCall = (call: Call): CallView => listed({ ...itemOf(call), rev: 1 } as CallItem);

/** The file that a format makes of calls, in batches of two. */
export const fileOf = (
  format: Format,
  calls: readonly CallView[],
  layout: Layout = { language: 'en', zone: 'Asia/Shanghai' },
): Promise<Buffer> => buffer(format(inBatches(calls), layout));

async function* inBatches(calls: readonly CallView[]): AsyncGenerator<CallView[]> {
  for (let n = 0; n < calls.length; n += 2) yield calls.slice(n, n + 2);
}

/** Writes a file and answers its path. */
export const written = (path: string, bytes: Uint8Array): string => {
  writeFileSync(path, bytes);
  return path;
};

type Row = Record<string, Json>;

/** What DuckDB answers; times, decimals and long integers are text. */
export const duckdb = async (sql: string): Promise<Row[]> => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

/** The rows of an English CSV file as DuckDB reads them, every cell as text. It guesses nothing. */
export const readCsv = (path: string): Promise<Row[]> => {
  const types = columns.map(({ label }) => `'${label.en.replaceAll("'", "''")}': 'VARCHAR'`);
  return duckdb(
    `SELECT * FROM read_csv('${path}', auto_detect = false, skip = 1, quote = '"', escape = '"', columns = {${types}})`,
  );
};

/** A cell of a sheet: what it shows, its type and its style; a formula if it has one. */
export type SheetCell = { value: string; type: string; style: string; formula?: string };

const XML: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#13;': '\r' };
const unescaped = (text: string): string =>
  text
    .replace(/&(lt|gt|amp|quot|#13);/g, (entity) => XML[entity] ?? entity)
    .replace(/_x([0-9A-F]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/** The cells of an XLSX file's first sheet, row by row, by their column's letters. */
export const readXlsx = (bytes: Uint8Array): { parts: string[]; rows: Record<string, SheetCell>[] } => {
  const files = unzipSync(bytes);
  const sheet = strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
  const rows = [...sheet.matchAll(/<row r="\d+">(.*?)<\/row>/gs)].map(([, row = '']) =>
    Object.fromEntries([...row.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>(.*?)<\/c>/gs)].map(cellOf)),
  );
  return { parts: Object.keys(files), rows };
};

const cellOf = ([, letters = '', attributes = '', content = '']: RegExpMatchArray): [string, SheetCell] => {
  const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  const [, value = ''] = /<(?:t|v)(?: [^>]*)?>(.*)<\/(?:t|v)>/s.exec(content) ?? [];
  const [, formula] = /<f>(.*)<\/f>/s.exec(content) ?? [];
  return [
    letters,
    {
      value: unescaped(value),
      type: attribute('t'),
      style: attribute('s'),
      ...(formula !== undefined && { formula }),
    },
  ];
};

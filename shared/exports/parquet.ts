import { zstdCompressSync } from 'node:zlib';
import { type BasicType, ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';

type SchemaElement = ReturnType<typeof schemaFromColumnData>[number];

import type { CallView } from '../calls/view.ts';
import { type Cell, type Column, columns, type Kind } from './columns.ts';
import type { Format } from './format.ts';

const TYPES: Record<Kind, BasicType> = {
  text: 'STRING',
  // Exact, digit for digit; SQL casts it.
  decimal: 'STRING',
  time: 'TIMESTAMP',
  integer: 'INT64',
  boolean: 'BOOLEAN',
};

// A row group stays in memory until it is written.
const ROWS_OF_A_GROUP = 10_000;

// Node's is native; the library's Snappy is JavaScript.
const COMPRESSION = { codec: 'ZSTD', compressors: { ZSTD: zstdCompressSync } } as const;

const dataOf = ({ kind, cell }: Column, calls: readonly CallView[]): unknown[] => {
  const typed = TYPED[kind] ?? ((value) => value);
  return calls.map((call) => {
    const value = cell(call);
    return value === undefined ? null : typed(value);
  });
};

const TYPED: Partial<Record<Kind, (value: Cell) => unknown>> = {
  time: (value) => new Date(String(value)),
  integer: (value) => BigInt(value ?? 0),
};

const columnDataOf = (calls: readonly CallView[]) =>
  columns.map((column) => ({
    name: column.name,
    type: TYPES[column.kind],
    data: dataOf(column, calls),
    // Queries skip row groups by time.
    statistics: column.kind === 'time',
  }));

/** A timestamp is an instant, not a time of some clock. */
const asInstant = (element: SchemaElement): SchemaElement =>
  element.converted_type === 'TIMESTAMP_MILLIS'
    ? { ...element, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } }
    : element;

/**
 * Parquet with real types: times are instants, columns have the names of the dictionary, whatever
 * the language and the zone.
 */
export const parquet: Format = async function* (batches) {
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({ columnData: columnDataOf([]) }).map(asInstant);
  const file = new ParquetWriter({ writer, schema, ...COMPRESSION });
  const written = (): Uint8Array => {
    const bytes = Uint8Array.from(writer.getBytes());
    // Bytes that were passed on are dropped; `offset` keeps counting.
    writer.index = 0;
    return bytes;
  };
  const write = async (calls: readonly CallView[]) => {
    await file.write({ columnData: columnDataOf(calls), rowGroupSize: ROWS_OF_A_GROUP });
    return written();
  };
  let group: CallView[] = [];
  for await (const calls of batches) {
    group.push(...calls);
    if (group.length < ROWS_OF_A_GROUP) continue;
    yield await write(group);
    group = [];
  }
  if (group.length > 0) yield await write(group);
  await file.finish();
  yield written();
};

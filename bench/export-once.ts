import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { allCalls } from '../shared/calls/all.ts';
import type { CallView } from '../shared/calls/view.ts';
import { callsToExport } from '../shared/exports/calls.ts';
import { csv } from '../shared/exports/csv.ts';
import type { Format } from '../shared/exports/format.ts';
import { parquet } from '../shared/exports/parquet.ts';
import { xlsx } from '../shared/exports/xlsx.ts';

const FORMATS: Record<string, Format> = { csv, xlsx, parquet };

/** What one export took. */
export type Taken = { calls: number; seconds: number; rssMb: number; bytes: number };

// Reads the calls of the table CALLS_TABLE and writes them into a file, or nowhere: the arguments
// are format, file, from and to.
const [format = '', file = '', from = '', to = ''] = process.argv.slice(2);
const signal = AbortSignal.timeout(600_000);
let [calls, bytes] = [0, 0];
const start = performance.now();
const write = FORMATS[format];
if (write === undefined) {
  for await (const _ of allCalls({ from, to }, signal)) calls++;
} else {
  const out = createWriteStream(file);
  await pipeline(Readable.from(write(counted(), { language: 'zh', zone: 'Asia/Shanghai' })), out);
  bytes = out.bytesWritten;
}
const seconds = (performance.now() - start) / 1000;
const taken: Taken = { calls, seconds, rssMb: process.resourceUsage().maxRSS / 1024, bytes };
process.stdout.write(JSON.stringify(taken));

async function* counted(): AsyncGenerator<CallView[]> {
  for await (const batch of callsToExport({ from, to }, signal)) {
    calls += batch.length;
    yield batch;
  }
}

import { csv } from '../../shared/exports/csv.ts';
import type { Format } from '../../shared/exports/format.ts';
import { parquet } from '../../shared/exports/parquet.ts';
import { xlsx } from '../../shared/exports/xlsx.ts';
import { callOf } from './calls.ts';
import { DOCUMENTED, documentedBody } from './documented.ts';
import { listedCall } from './exports.ts';

const FORMATS: Record<string, Format> = { csv, xlsx, parquet };

// Writes so many calls in a format to nowhere, and prints how many bytes that was.
const [format = '', count = ''] = process.argv.slice(2);
const page = DOCUMENTED['ICC call record'];
if (page === undefined) throw new Error('there is no such page');
const call = listedCall(callOf('icc', documentedBody(page)));

async function* batches() {
  for (let n = 0; n < Number(count); n += 500)
    yield Array.from({ length: 500 }, (_, k) => ({ ...call, callId: `call-${n + k}`, pk: `icc#${n + k}` }));
}

let bytes = 0;
for await (const chunk of FORMATS[format]?.(batches(), { language: 'zh', zone: 'Asia/Shanghai' }) ?? [])
  bytes += chunk.length;
process.stdout.write(String(bytes));

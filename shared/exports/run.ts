import { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { clockOf } from '../calls/clock.ts';
import type { CallView } from '../calls/view.ts';
import { s3 } from '../files/s3.ts';
import { callsToExport } from './calls.ts';
import { csv } from './csv.ts';
import type { Format } from './format.ts';
import type { Job } from './job.ts';
import type { ExportState } from './state.ts';
import { xlsx } from './xlsx.ts';

const FORMATS: Record<Job['format'], { format: Format; contentType: string }> = {
  csv: { format: csv, contentType: 'text/csv; charset=utf-8' },
  xlsx: {
    format: xlsx,
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
};

// The smallest part that S3 accepts: two are in memory at a time, and 10,000 are 50 GB.
const PART_BYTES = 5 * 2 ** 20;

/**
 * Writes the file of an export into the bucket `FILES_BUCKET` and reports how many calls are done.
 * Leaves no file if it rejects: with ExportError if the file is impossible.
 */
export const runJob = async (
  { id, format: name, language, askedAt, filters }: Job,
  onProgress: (done: number) => Promise<void>,
  abortSignal: AbortSignal,
): Promise<Extract<ExportState, { state: 'ready' }>> => {
  const { format, contentType } = FORMATS[name];
  let [calls, bytes] = [0, 0];
  async function* counted(): AsyncGenerator<CallView[]> {
    for await (const batch of callsToExport(filters, abortSignal)) {
      yield batch;
      calls += batch.length;
      await onProgress(calls);
    }
  }
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of format(counted(), { language, zone: filters.zone })) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const key = `exports/${id}.${name}`;
  const upload = new Upload({
    client: s3,
    partSize: PART_BYTES,
    queueSize: 2,
    params: {
      Bucket: process.env.FILES_BUCKET,
      Key: key,
      Body: Readable.from(measured(), { objectMode: false }),
      ContentType: contentType,
    },
  });
  await upload.done();
  return { state: 'ready', calls, bytes, key, fileName: fileNameOf(filters, askedAt, name), contentType };
};

/** `calls-2026-11-01-2026-11-26.csv`: the first and the last day of the period. */
const fileNameOf = ({ from, to = '', zone }: Job['filters'], askedAt: string, format: string): string => {
  const { localAt } = clockOf(zone);
  const last = to ? Date.parse(to) - 1 : Date.parse(askedAt);
  const [firstDay, lastDay] = [Date.parse(from), last].map((time) => localAt(time).slice(0, 10));
  return `calls-${firstDay}-${lastDay}.${format}`;
};

import { randomUUID } from 'node:crypto';
import { presign } from '../files/s3.ts';
import type { Job } from './job.ts';
import { sendJob } from './queue.ts';
import { readState, writeState } from './state.ts';

/** Starts an export; returns its id. */
export const startExport = async (
  job: Omit<Job, 'id' | 'askedAt'>,
  abortSignal: AbortSignal,
): Promise<string> => {
  const [id, askedAt] = [randomUUID(), new Date().toISOString()];
  // Before the job, because the exporter writes there too.
  await writeState(id, { state: 'queued', at: askedAt }, abortSignal);
  await sendJob({ ...job, id, askedAt }, abortSignal);
  return id;
};

const LINK_SECONDS = 900;
const HOUR_MS = 3_600_000;
const SILENCE_MS = {
  // As long as the queue keeps a job, since others can be before it.
  queued: 96 * HOUR_MS,
  // An exporter reports its progress every few seconds. It has 15 minutes, and is called three
  // times.
  running: HOUR_MS,
};

/** The state of an export, for its reader. */
export type Told =
  | { state: 'running'; done: number }
  | { state: 'ready'; url: string; calls: number; bytes: number }
  | { state: 'failed'; reason: string };

/** The state of an export; undefined if it does not exist. */
export const describeExport = async (id: string, abortSignal: AbortSignal): Promise<Told | undefined> => {
  const found = await readState(id, abortSignal);
  if (found === undefined || found.state === 'failed') return found;
  if (found.state !== 'ready') {
    const isSilent = Date.now() - Date.parse(found.at) > SILENCE_MS[found.state];
    if (isSilent) return { state: 'failed', reason: SILENT };
    return { state: 'running', done: found.state === 'running' ? found.done : 0 };
  }
  const { calls, bytes, key, fileName, contentType } = found;
  const url = await presign(key, { seconds: LINK_SECONDS, fileName, contentType });
  return { state: 'ready', url, calls, bytes };
};

const SILENT = 'The exporter stopped without a report. Try again, or choose a shorter period.';

import { randomUUID } from 'node:crypto';
import { presign } from '../files/s3.ts';
import type { Job } from './job.ts';
import { sendJob } from './queue.ts';
import { readState, writeState } from './state.ts';

/** Starts an export; its id. */
export const startExport = async (
  job: Omit<Job, 'id' | 'askedAt'>,
  abortSignal: AbortSignal,
): Promise<string> => {
  const [id, askedAt] = [randomUUID(), new Date().toISOString()];
  // Before the job, whose exporter writes there too.
  await writeState(id, { state: 'running', done: 0, at: askedAt }, abortSignal);
  await sendJob({ ...job, id, askedAt }, abortSignal);
  return id;
};

const LINK_SECONDS = 900;
// An exporter tells how far it is every few seconds, and has 15 minutes; it is called three times.
const SILENCE_MS = 3_600_000;

/** What a reader is told of an export. */
export type Told =
  | { state: 'running'; done: number }
  | { state: 'ready'; url: string; calls: number; bytes: number }
  | { state: 'failed'; reason: string };

/** How far an export is; undefined if there is none. */
export const describeExport = async (id: string, abortSignal: AbortSignal): Promise<Told | undefined> => {
  const found = await readState(id, abortSignal);
  if (found === undefined || found.state === 'failed') return found;
  if (found.state === 'running') {
    const isSilent = Date.now() - Date.parse(found.at) > SILENCE_MS;
    return isSilent ? { state: 'failed', reason: SILENT } : { state: 'running', done: found.done };
  }
  const { calls, bytes, key, fileName, contentType } = found;
  const url = await presign(key, { seconds: LINK_SECONDS, fileName, contentType });
  return { state: 'ready', url, calls, bytes };
};

const SILENT = 'The exporter stopped without a word. Ask again, or for a shorter period.';

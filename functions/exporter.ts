import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { erasuresSoFar, removeFile } from '../shared/exports/erasures.ts';
import { ExportError } from '../shared/exports/format.ts';
import { deserializeJob, type Job } from '../shared/exports/job.ts';
import { runJob } from '../shared/exports/run.ts';
import { readState, writeState } from '../shared/exports/state.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';

// What is left for the state once the file has been aborted.
const STATE_MS = 20_000;
const PROGRESS_MS = 2_000;

// How often ExportsQueue delivers a job before it is a dead letter.
const ATTEMPTS = 3;

/** Writes the file of an export. If this stage is at fault, the job's message comes back. */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<void> => {
  for (const record of Records) await runOne(record, context);
};

const runOne = async ({ body, attributes }: SQSRecord, context: Context): Promise<void> => {
  const startedAt = Date.now();
  const job = deserializeJob(body);
  const logged = { export: job.id, format: job.format, requestId: context.awsRequestId };
  const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - STATE_MS));
  try {
    const outcome = await write(job, deadline);
    logger.info('exported', { ...logged, ...outcome, durationMs: Date.now() - startedAt });
  } catch (error) {
    logger.error('unexported', { ...logged, durationMs: Date.now() - startedAt, reason: reasonOf(error) });
    const isLast = Number(attributes.ApproximateReceiveCount) >= ATTEMPTS;
    const reason = explain(error, deadline);
    if (reason !== undefined || isLast) await fail(job, reason ?? FAULT);
    if (reason === undefined) throw error;
  }
};

/** Writes the file, unless an earlier delivery of the job did. */
const write = async (job: Job, deadline: AbortSignal): Promise<{ calls?: number; bytes?: number }> => {
  const known = await readState(job.id, deadline);
  if (known?.state === 'ready') return {};
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = async (done: number): Promise<void> => {
    const now = Date.now();
    if (now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    await writeState(job.id, { state: 'running', done, at: new Date(now).toISOString() }, deadline);
  };
  await tell(0);
  const ready = await runUndisturbed(job, tell, deadline);
  await writeState(job.id, ready, deadline);
  return { calls: ready.calls, bytes: ready.bytes };
};

/** Writes the file, and again if an erasure has removed calls meanwhile, which can be in it. */
const runUndisturbed: typeof runJob = async (job, tell, deadline) => {
  for (;;) {
    const before = await erasuresSoFar(deadline);
    const ready = await runJob(job, tell, deadline);
    if ((await erasuresSoFar(deadline)) === before) return ready;
    await removeFile(ready.key, deadline);
  }
};

/** The reason for the reader, of an error that another attempt would meet too. */
const explain = (error: unknown, deadline: AbortSignal): string | undefined => {
  if (error instanceof ExportError) return error.message;
  return deadline.aborted ? TOO_LONG : undefined;
};

const TOO_LONG =
  'These are more calls than can be written within 15 minutes. Choose a shorter period, or use "npm run export", which has no time limit.';
const FAULT = 'Writing failed three times; the log of the exporter says why. Try again later.';

const fail = (job: Job, reason: string): Promise<void> =>
  writeState(job.id, { state: 'failed', reason }, AbortSignal.timeout(STATE_MS / 2));

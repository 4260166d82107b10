import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { refOf } from '../shared/deliveries/ref.ts';
import { archive, giveUp } from '../shared/recordings/archive.ts';
import { parseHosts } from '../shared/recordings/hosts.ts';
import { deserializeJob, type Job } from '../shared/recordings/job.ts';
import { hide } from '../shared/recordings/queue.ts';
import { nextWait } from '../shared/recordings/schedule.ts';
import { Unfetched } from '../shared/recordings/unfetched.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';
import { type Counted, countAll } from '../shared/telemetry/metrics.ts';

// What is left for the results once the transfers have been aborted.
const RESULTS_MS = 15_000;
// A transfer holds some 15 MB in memory.
const AT_ONCE = 5;
const AFTER_FAULT_SECONDS = 300;

/**
 * Archives the recording of each message. If a recording is not available yet, its message stays
 * hidden until the next attempt. If this function is at fault, the message comes back a few times
 * and is then a dead letter.
 */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESULTS_MS));
  const counted: Counted[] = [];
  const kept: string[] = [];
  const messages = event.Records.values();
  const work = async () => {
    for (const message of messages) {
      if (await keeps(message, { signal, counted, requestId: context.awsRequestId })) {
        kept.push(message.messageId);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  countAll(counted);
  return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
};

type Run = { signal: AbortSignal; counted: Counted[]; requestId: string };

/** Does the job of a message; returns whether the message has to come back. */
const keeps = async (message: SQSRecord, run: Run): Promise<boolean> => {
  const { messageId } = message;
  const startedAt = Date.now();
  const logged: Record<string, unknown> = { callback: 'unknown', messageId, requestId: run.requestId };
  const took = () => ({ ...logged, durationMs: Date.now() - startedAt });
  try {
    const job = deserializeJob(message.body);
    Object.assign(logged, namesOf(job));
    return await tryJob(job, message, run, took);
  } catch (error) {
    run.counted.push({ outcome: 'Failed', callback: String(logged.callback) });
    logger.error('failed', { ...took(), reason: reasonOf(error) });
    await hide(message.receiptHandle, AFTER_FAULT_SECONDS).catch(() => {});
    return true;
  }
};

const namesOf = ({ pk, kind }: Job) => ({ callback: pk.slice(0, pk.indexOf('#')), ref: refOf(pk), kind });

const tryJob = async (job: Job, message: SQSRecord, run: Run, took: () => object): Promise<boolean> => {
  const { callback } = namesOf(job);
  try {
    const archiving = await archive(job, { signal: run.signal, ...REACH });
    if (archiving.outcome === 'archived') {
      run.counted.push({ outcome: 'Archived', callback });
      const { bytes, type } = archiving.stored;
      logger.info('archived', { ...took(), bytes, type });
    } else logger.info('unneeded', { ...took(), outcome: archiving.outcome });
    return false;
  } catch (error) {
    if (!(error instanceof Unfetched)) throw error;
    const waitSeconds = error.isFinal ? undefined : nextWait(ageOf(message));
    await giveUp(job, waitSeconds === undefined ? 'failed' : 'waiting', error.message);
    if (waitSeconds === undefined) {
      run.counted.push({ outcome: 'Unarchived', callback });
      logger.warn('unarchived', { ...took(), reason: error.message });
      return false;
    }
    logger.info('waiting', { ...took(), reason: error.message, waitSeconds });
    await hide(message.receiptHandle, waitSeconds);
    return true;
  }
};

const ageOf = ({ attributes }: SQSRecord): number => (Date.now() - Number(attributes.SentTimestamp)) / 1000;

const REACH = {
  isHost: parseHosts(process.env.RECORDING_HOSTS ?? ''),
  // The token of stage local is public, and its callers are on this machine.
  takesLoopback: process.env.STAGE === 'local',
};

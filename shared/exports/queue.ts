import { send } from '../queues/sqs.ts';
import { type Job, serializeJob } from './job.ts';

/** Puts the job into the queue `EXPORTS_QUEUE_URL`. */
export const sendJob = (job: Job, abortSignal: AbortSignal): Promise<void> =>
  send(process.env.EXPORTS_QUEUE_URL, serializeJob(job), abortSignal);

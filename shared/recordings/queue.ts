import * as queues from '../queues/sqs.ts';
import { type Job, serializeJob } from './job.ts';

/** Puts the jobs into the queue `RECORDINGS_QUEUE_URL`; returns those that it did not accept. */
export const sendJobs = async (jobs: readonly Job[], abortSignal: AbortSignal): Promise<Job[]> => {
  const items = jobs.map((job) => ({ job, text: serializeJob(job) }));
  const refused = await queues.sendAll(process.env.RECORDINGS_QUEUE_URL, items, abortSignal);
  return refused.map(({ job }) => job);
};

/** Makes a received message visible again after this many seconds. */
export const hide = (receiptHandle: string, seconds: number): Promise<void> =>
  queues.hide(process.env.RECORDINGS_QUEUE_URL, receiptHandle, seconds);

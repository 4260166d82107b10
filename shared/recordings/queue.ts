import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Job, serializeJob } from './job.ts';

const sqs = new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false });

const AT_ONCE = 10;

/** Puts the jobs into the queue `RECORDINGS_QUEUE_URL`; those that it did not take. */
export const sendJobs = async (jobs: readonly Job[], abortSignal: AbortSignal): Promise<Job[]> => {
  const refused: Job[] = [];
  for (let first = 0; first < jobs.length; first += AT_ONCE) {
    const group = jobs.slice(first, first + AT_ONCE);
    const Entries = group.map((job, n) => ({ Id: String(n), MessageBody: serializeJob(job) }));
    const command = new SendMessageBatchCommand({ QueueUrl: process.env.RECORDINGS_QUEUE_URL, Entries });
    const { Failed = [] } = await sqs.send(command, { abortSignal });
    refused.push(...group.filter((_, n) => Failed.some(({ Id }) => Id === String(n))));
  }
  return refused;
};

/** Lets a message that was received come again after so many seconds. */
export const hide = async (ReceiptHandle: string, VisibilityTimeout: number): Promise<void> => {
  const QueueUrl = process.env.RECORDINGS_QUEUE_URL;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
};

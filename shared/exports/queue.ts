import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Job, serializeJob } from './job.ts';

const sqs = new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false });

/** Puts the job into the queue `EXPORTS_QUEUE_URL`. */
export const sendJob = async (job: Job, abortSignal: AbortSignal): Promise<void> => {
  const command = new SendMessageCommand({
    QueueUrl: process.env.EXPORTS_QUEUE_URL,
    MessageBody: serializeJob(job),
  });
  await sqs.send(command, { abortSignal });
};

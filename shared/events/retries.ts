import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { queueUrlOf, sqs } from './queues.ts';

const [MINUTE, HOUR] = [60, 3600];

/** How long an event waits after each attempt that failed. After one more it goes to the dead letters. */
export const RETRY_SECONDS = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];

/**
 * Hides a message until its next attempt; the seconds, undefined if there is none. If SQS does not take it, the message comes again
 * after the queue's own time.
 */
export const retryLater = async (
  endpoint: string,
  receiptHandle: string,
  attempt: number,
): Promise<number | undefined> => {
  const wait = RETRY_SECONDS[attempt - 1];
  const seconds = wait && Math.round(wait * spread());
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl: queueUrlOf(endpoint),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: seconds ?? 0,
  });
  await sqs.send(command).catch(() => {});
  return seconds;
};

// So that what failed together does not come again together.
const spread = () => 1 + Math.random() / 10;

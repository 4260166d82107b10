import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { batchesOf } from './batches.ts';

const sqs = new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false });

/** A queue, by its URL. */
export type QueueUrl = string | undefined;

/** Puts a text into a queue. */
export const send = async (
  QueueUrl: QueueUrl,
  MessageBody: string,
  abortSignal: AbortSignal,
): Promise<void> => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }), { abortSignal });
};

/**
 * Puts the texts of all items into a queue; returns the items that it did not accept. Rejects if
 * SQS does not answer; some may be in the queue then.
 */
export const sendAll = async <Item extends { text: string }>(
  QueueUrl: QueueUrl,
  items: readonly Item[],
  abortSignal: AbortSignal,
): Promise<Item[]> => {
  const refused: Item[] = [];
  for (const batch of batchesOf(items)) {
    const Entries = batch.map(({ text }, n) => ({ Id: String(n), MessageBody: text }));
    const command = new SendMessageBatchCommand({ QueueUrl, Entries });
    const { Failed = [] } = await sqs.send(command, { abortSignal });
    refused.push(...batch.filter((_, n) => Failed.some(({ Id }) => Id === String(n))));
  }
  return refused;
};

/** Makes a received message visible again after this many seconds. */
export const hide = async (
  QueueUrl: QueueUrl,
  ReceiptHandle: string,
  VisibilityTimeout: number,
): Promise<void> => {
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
};

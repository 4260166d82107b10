import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

// A queue's URL names the host of SQS; use the configured endpoint instead.
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

/**
 * Puts a text into the dead-letter queue `DEAD_LETTER_QUEUE_URL`; resolves once SQS has confirmed
 * it.
 */
export const bury = async (text: string, abortSignal: AbortSignal): Promise<void> => {
  const { DEAD_LETTER_QUEUE_URL: QueueUrl } = process.env;
  if (!QueueUrl) throw new Error('there is no dead-letter queue');
  const command = new SendMessageCommand({ QueueUrl, MessageBody: text });
  await sqs.send(command, { abortSignal });
};

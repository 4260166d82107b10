import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Message, serialize } from './message.ts';

// One attempt, several attempts, all of it: NXCloud hangs up after 5 s, network included.
const ATTEMPT_MS = 1_000;
const ATTEMPTS = 3;
const OVERALL_MS = 3_000;

const sqs = new SQSClient({
  maxAttempts: ATTEMPTS,
  requestHandler: {
    connectionTimeout: ATTEMPT_MS,
    requestTimeout: ATTEMPT_MS,
    // Without it the time-out of a request is only a warning.
    throwOnRequestTimeout: true,
  },
});

/** Puts the message into the queue `QUEUE_URL`; resolves once SQS has confirmed it, rejects within 3 s otherwise. */
export const enqueue = async (message: Message): Promise<void> => {
  const command = new SendMessageCommand({
    QueueUrl: process.env.QUEUE_URL,
    MessageBody: serialize(message),
  });
  await sqs.send(command, { abortSignal: AbortSignal.timeout(OVERALL_MS) });
};

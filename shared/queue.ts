import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Message, serialize } from './message.ts';

// One attempt, several attempts, and all of it from the handler's start: NXCloud hangs up after 5 s, network included.
const ATTEMPT_MS = 1_000;
const ATTEMPTS = 3;
const OVERALL_MS = 2_800;

const sqs = new SQSClient({
  maxAttempts: ATTEMPTS,
  requestHandler: {
    connectionTimeout: ATTEMPT_MS,
    requestTimeout: ATTEMPT_MS,
    // Without it the time-out of a request is only a warning.
    throwOnRequestTimeout: true,
  },
});

/** Puts the message into the queue `QUEUE_URL`; resolves once SQS has confirmed it, rejects by 2.8 s after `startedAt` otherwise. */
export const enqueue = async (message: Message, startedAt: number): Promise<void> => {
  const command = new SendMessageCommand({
    QueueUrl: process.env.QUEUE_URL,
    MessageBody: serialize(message),
  });
  const left = Math.max(0, startedAt + OVERALL_MS - Date.now());
  await sqs.send(command, { abortSignal: AbortSignal.timeout(left) });
};

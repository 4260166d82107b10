import type { Delivery, RejectedBody } from '../deliveries/delivery.ts';
import { serialize } from '../deliveries/message.ts';
import { prepare, sendMessage } from './sqs.ts';

// One attempt, several attempts, and all of it from the handler's start: NXCloud hangs up after 5 s, network included.
const ATTEMPT_MS = 1_000;
const ATTEMPTS = 3;
const OVERALL_MS = 2_800;

/** Puts the item into the queue `QUEUE_URL`; resolves once SQS has confirmed it, rejects by 2.8 s after `startedAt` otherwise. */
export const enqueue = async (item: Delivery | RejectedBody, startedAt: number): Promise<void> => {
  const left = Math.max(0, startedAt + OVERALL_MS - Date.now());
  await sendMessage(process.env.QUEUE_URL ?? '', serialize(item), {
    attempts: ATTEMPTS,
    attemptMs: ATTEMPT_MS,
    abortSignal: AbortSignal.timeout(left),
  });
};

// Set in bundles for Lambda only: other loaders do not wait for modules.
if (process.env.PREPARE) await prepare(process.env.QUEUE_URL ?? '', ATTEMPT_MS);

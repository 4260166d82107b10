import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, RejectedBody } from '../deliveries/delivery.ts';
import { serialize } from '../deliveries/message.ts';
import { prepare, sendMessage } from './sqs.ts';

// NXCloud's products hang up after 3.5 s (the strictest) to 5 s, network included.
const OVERALL_MS = 2_800;
const ATTEMPT_MS = 1_000;
const SHORTEST_ATTEMPT_MS = 200;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 400;

/**
 * Puts the item into the queue `QUEUE_URL`. Resolves once SQS has confirmed it. Retries until 2.8 s
 * after `startedAt`, then rejects with the last error; rejects at once if SQS will never accept it.
 */
export const enqueue = async (item: Delivery | RejectedBody, startedAt: number): Promise<void> => {
  const deadline = startedAt + OVERALL_MS - takeInitMs();
  const text = serialize(item);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const attemptMs = Math.min(ATTEMPT_MS, deadline - Date.now());
    try {
      return await sendMessage(text, Math.max(SHORTEST_ATTEMPT_MS, attemptMs));
    } catch (error) {
      const jitteredMs = Math.random() * pauseMs;
      if (isFinal(error) || Date.now() + jitteredMs + SHORTEST_ATTEMPT_MS > deadline) throw error;
      await sleep(jitteredMs);
    }
  }
};

/** Whether SQS would answer the same again: any 4xx except throttling. */
const isFinal = (error: unknown): boolean => {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429 && !/throttl/i.test(name);
};

// The start of the function, for which the caller of the first message has waited too.
let initMs = 0;

const takeInitMs = (): number => {
  const taken = initMs;
  initMs = 0;
  return taken;
};

// Only bundles for Lambda set it: other loaders do not wait for modules.
if (process.env.PREPARE) {
  await prepare(ATTEMPT_MS);
  // Since the process started, not until now: Lambda may start a function long before its first
  // call.
  initMs = 1_000 * process.uptime();
}

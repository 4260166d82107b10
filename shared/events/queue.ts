import * as queues from '../queues/sqs.ts';
import type { CallEvent } from './call-event.ts';
import { webhookJob } from './job.ts';

// The URLs of all endpoints' queues begin with it.
const urlOf = (endpoint: string): string => `${process.env.WEBHOOK_QUEUES}${endpoint}`;

/**
 * Queues events for an endpoint; returns the ids of those that the queue did not accept. Rejects if
 * SQS does not answer.
 */
export const queueEvents = async (
  endpoint: string,
  events: readonly CallEvent[],
  abortSignal: AbortSignal,
): Promise<string[]> => {
  const items = events.map((event) => ({ id: event.id, text: webhookJob(endpoint, event) }));
  const refused = await queues.sendAll(urlOf(endpoint), items, abortSignal);
  return refused.map((item) => item.id);
};

/** Makes a received message of an endpoint visible again after this many seconds. */
export const hide = (endpoint: string, receiptHandle: string, seconds: number): Promise<void> =>
  queues.hide(urlOf(endpoint), receiptHandle, seconds);

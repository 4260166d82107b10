import * as queues from '../queues/sqs.ts';
import type { CallEvent } from './call-event.ts';
import { webhookJob } from './job.ts';

// The URLs of the endpoints' queues all begin with it.
const urlOf = (endpoint: string): string => `${process.env.WEBHOOK_QUEUES}${endpoint}`;

/** Queues events for an endpoint; the ids of those that its queue did not take. Rejects if SQS does not answer. */
export const queueEvents = async (
  endpoint: string,
  events: readonly CallEvent[],
  abortSignal: AbortSignal,
): Promise<string[]> => {
  const items = events.map((event) => ({ id: event.id, text: webhookJob(endpoint, event) }));
  const refused = await queues.sendAll(urlOf(endpoint), items, abortSignal);
  return refused.map((item) => item.id);
};

/** Lets a message of an endpoint that was received come again after so many seconds. */
export const hide = (endpoint: string, receiptHandle: string, seconds: number): Promise<void> =>
  queues.hide(urlOf(endpoint), receiptHandle, seconds);

import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { batchesOf } from './batches.ts';
import type { CallEvent } from './call-event.ts';
import type { Endpoint } from './endpoints.ts';
import { webhookJob } from './job.ts';
import { queueUrlOf, sqs } from './queues.ts';

/** Queues events for an endpoint; those that its queue did not take. */
export const queueEvents = async (
  { id }: Endpoint,
  events: readonly CallEvent[],
  abortSignal: AbortSignal,
): Promise<CallEvent[]> => {
  const untaken: CallEvent[] = [];
  const items = events.map((event) => ({ event, text: webhookJob(id, event) }));
  for (const batch of batchesOf(items)) {
    const Entries = batch.map(({ text }, index) => ({ Id: String(index), MessageBody: text }));
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrlOf(id), Entries });
    const refused = await sqs.send(command, { abortSignal }).then(
      ({ Failed = [] }) => Failed.flatMap(({ Id }) => batch[Number(Id)] ?? []),
      () => batch,
    );
    untaken.push(...refused.map(({ event }) => event));
  }
  return untaken;
};

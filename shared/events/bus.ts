import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { batchesOf } from '../queues/batches.ts';
import type { CallEvent } from './call-event.ts';

const eventBridge = new EventBridgeClient({ maxAttempts: 3 });

/** The source of the events on the bus. */
export const EVENT_SOURCE = 'nxcloud-callbacks';

/**
 * Puts events on a bus; returns the ids of those that it did not accept. Rejects if it does not
 * answer.
 */
export const putEvents = async (
  bus: string,
  events: readonly CallEvent[],
  abortSignal: AbortSignal,
): Promise<string[]> => {
  const refused: string[] = [];
  const items = events.map((event) => ({ event, text: JSON.stringify(event) }));
  for (const batch of batchesOf(items)) {
    const Entries = batch.map(({ event, text }) => ({
      EventBusName: bus,
      Source: EVENT_SOURCE,
      DetailType: event.type,
      Detail: text,
      Time: new Date(event.timestamp),
    }));
    const answer = await eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal });
    // The request succeeds even if every entry fails: only FailedEntryCount and the entries say so.
    if (!answer.FailedEntryCount) continue;
    const failed = batch.filter((_, n) => answer.Entries?.[n]?.EventId === undefined);
    refused.push(...failed.map(({ event }) => event.id));
  }
  return refused;
};

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { serviceName } from '../telemetry/logger.ts';
import { batchesOf } from './batches.ts';
import type { CallEvent } from './call-event.ts';

const eventBridge = new EventBridgeClient({ maxAttempts: 3 });

/** Who the events of the bus come from. */
export const EVENT_SOURCE = 'nxcloud-callbacks';

/** Puts events on the bus of the stage; those that it did not take. */
export const putEvents = async (
  events: readonly CallEvent[],
  abortSignal: AbortSignal,
): Promise<CallEvent[]> => {
  const untaken: CallEvent[] = [];
  const items = events.map((event) => ({ event, text: JSON.stringify(event) }));
  for (const batch of batchesOf(items)) {
    const Entries = batch.map(({ event, text }) => ({
      EventBusName: serviceName,
      Source: EVENT_SOURCE,
      DetailType: event.type,
      Detail: text,
      Time: new Date(event.timestamp),
    }));
    // The request succeeds even if no entry does.
    const refused = await eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal }).then(
      ({ Entries: results = [] }) => batch.filter((_, index) => results[index]?.ErrorCode !== undefined),
      () => batch,
    );
    untaken.push(...refused.map(({ event }) => event));
  }
  return untaken;
};

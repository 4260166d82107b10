import { putEvents } from './bus.ts';
import type { CallEvent } from './call-event.ts';
import { endpointsOf } from './endpoints.ts';
import { queueEvents } from './webhook-queue.ts';

/**
 * Hands events to all that want them: the bus, if `EVENT_BUS` is on, and the queue of each endpoint of `WEBHOOK_URLS`. Resolves to the
 * ids of those that one of them did not take: they are to be published again, to all.
 */
export const publish = async (
  events: readonly CallEvent[],
  abortSignal: AbortSignal,
): Promise<ReadonlySet<string>> => {
  if (events.length === 0) return new Set();
  const untaken = await Promise.all([
    process.env.EVENT_BUS === 'on' ? putEvents(events, abortSignal) : [],
    ...endpointsOf(process.env.WEBHOOK_URLS).map((endpoint) => queueEvents(endpoint, events, abortSignal)),
  ]);
  return new Set(untaken.flat().map(({ id }) => id));
};

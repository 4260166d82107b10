import { putEvents } from './bus.ts';
import type { CallEvent } from './call-event.ts';
import { queueEvents } from './queue.ts';
import type { Takers } from './takers.ts';

/** Why an event was not accepted, by its id. */
export type Untaken = ReadonlyMap<string, string>;

/**
 * Publishes events to all receivers: the bus, and the queue of each endpoint. Resolves to those
 * that one of them did not accept, which have to be published again to all.
 */
export const publish = async (
  events: readonly CallEvent[],
  { bus, endpoints }: Takers,
  abortSignal: AbortSignal,
): Promise<Untaken> => {
  if (events.length === 0) return new Map();
  const untaken = await Promise.all([
    ...(bus === undefined ? [] : [untakenBy('the bus', events, putEvents(bus, events, abortSignal))]),
    ...endpoints.map((id) => untakenBy(`queue ${id}`, events, queueEvents(id, events, abortSignal))),
  ]);
  return new Map(untaken.flat());
};

const untakenBy = async (
  taker: string,
  events: readonly CallEvent[],
  refused: Promise<string[]>,
): Promise<[id: string, reason: string][]> => {
  try {
    return (await refused).map((id) => [id, `${taker} refused it`]);
  } catch (error) {
    const { name } = error as Error;
    return events.map(({ id }) => [id, `${taker} does not answer: ${name}`]);
  }
};

import { putEvents } from './bus.ts';
import type { CallEvent } from './call-event.ts';
import { queueEvents } from './queue.ts';
import type { Takers } from './takers.ts';

/** Why an event was not taken, by its id. */
export type Untaken = ReadonlyMap<string, string>;

/**
 * Hands events to all that want them: to the bus, and to the queue of each endpoint. Resolves to those that one of them did not take: they
 * are to be published again, to all.
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

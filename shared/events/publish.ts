import { erasedOf } from '../deliveries/tombstone.ts';
import { putEvents } from './bus.ts';
import type { CallEvent } from './call-event.ts';
import { queueEvents } from './queue.ts';
import type { Takers } from './takers.ts';

/** Why an event was not accepted, by its id. */
export type Untaken = ReadonlyMap<string, string>;

/**
 * Hands events to all that want them: to the bus, and to the queue of each endpoint, but those of erased calls to nobody. Resolves to those
 * that one of them did not take: they are to be published again, to all.
 */
export const publish = async (
  events: readonly CallEvent[],
  { bus, endpoints }: Takers,
  abortSignal: AbortSignal,
): Promise<Untaken> => {
  if (events.length === 0 || (bus === undefined && endpoints.length === 0)) return new Map();
  const erased = await erasedOf(
    events.map(({ data }) => data.pk),
    abortSignal,
  ).catch((error: Error) => error);
  if (erased instanceof Error)
    return untold(events, `the table of deliveries does not answer: ${erased.name}`);
  const told = events.filter(({ data }) => !erased.has(data.pk));
  const untaken = await Promise.all([
    ...(bus === undefined ? [] : [untakenBy('the bus', told, putEvents(bus, told, abortSignal))]),
    ...endpoints.map((id) => untakenBy(`queue ${id}`, told, queueEvents(id, told, abortSignal))),
  ]);
  return new Map(untaken.flatMap((some) => [...some]));
};

const untold = (events: readonly CallEvent[], reason: string): Untaken =>
  new Map(events.map(({ id }) => [id, reason]));

const untakenBy = async (
  taker: string,
  events: readonly CallEvent[],
  refused: Promise<string[]>,
): Promise<Untaken> => {
  try {
    return new Map((await refused).map((id) => [id, `${taker} refused it`]));
  } catch (error) {
    return untold(events, `${taker} does not answer: ${(error as Error).name}`);
  }
};

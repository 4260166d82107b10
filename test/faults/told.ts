import { isDeepStrictEqual } from 'node:util';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CallItem } from '../../shared/calls/item.ts';
import { listed } from '../../shared/calls/view.ts';
import type { CallEvent } from '../../shared/events/call-event.ts';
import type { Telling } from './telling.ts';
import type { World } from './world.ts';

/** What somebody was told. */
export type Told = {
  events: number;
  /** How many of these came again. */
  again: number;
  /** States that calls had and that nobody told of. */
  untold: number;
  /** Events of a state that no call had, or of one kind for what is another. */
  false: number;
};

const keyOf = ({ pk, rev }: { pk: string; rev?: number | undefined }): string => `${pk} ${rev}`;

/** Keeps every state that a call of the world has from now on, and which kind of event it is. */
export const keepStates = ({ journal, callsTable }: World) => {
  const states = new Map<string, Pick<CallEvent, 'type' | 'data'>>();
  journal.watch(callsTable, (change) => {
    const [before, after] = [change.before, change.after].map(
      (image) => image && (unmarshall(image as Parameters<typeof unmarshall>[0]) as CallItem),
    );
    if (after) states.set(keyOf(after), { type: typeOf(before, after), data: listed(after) });
  });
  return states;
};

const typeOf = (before: CallItem | undefined, after: CallItem): CallEvent['type'] => {
  const hasEnded = after.endedAt !== undefined && before?.endedAt === undefined;
  return hasEnded ? 'call.ended' : before ? 'call.updated' : 'call.started';
};

/** What became of the states by what somebody was sent. */
export const toldOf = (states: ReturnType<typeof keepStates>, events: CallEvent[]): Told => {
  const told = new Set(events.map(({ data }) => keyOf(data)));
  const isFalse = ({ type, data }: CallEvent) => !isDeepStrictEqual(states.get(keyOf(data)), { type, data });
  return {
    events: events.length,
    again: events.length - new Set(events.map(({ id }) => id)).size,
    untold: new Set(states.keys()).difference(told).size,
    false: events.filter(isFalse).length,
  };
};

/** What everybody was told, by name. */
export const everybodyTold = (
  states: ReturnType<typeof keepStates>,
  { healthy, faulty, bus }: Telling,
): Record<string, Told> => ({
  healthy: toldOf(
    states,
    healthy.sent.map(({ event }) => event),
  ),
  faulty: toldOf(
    states,
    faulty.sent.map(({ event }) => event),
  ),
  bus: toldOf(
    states,
    bus.entries.map(({ Detail = '' }) => JSON.parse(Detail)),
  ),
});

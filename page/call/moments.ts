import type { CallEvent } from '../../shared/callbacks/callback.ts';
import type { CallView } from '../../shared/calls/view.ts';
import { agentOf } from '../format/agent.ts';
import { drawnAt } from './steps.ts';

/** What can happen in a call. */
export type Happening =
  | 'called'
  | 'started'
  | 'ringing'
  | 'queued'
  | 'dequeued'
  | 'answered'
  | 'customerAnswered'
  | 'agentAnswered'
  | 'agentReady'
  | 'agentCalling'
  | 'agentHungUp'
  | 'ended'
  | 'unreadable';

/**
 * Something that happened: to which leg, if not to the whole call, and by whom: a name, or a code
 * of `hangupBy`.
 */
export type Told = { what: Happening; leg?: string; who?: string; by?: string };

/** A time, in milliseconds since 1970, and all that happened then. */
export type Moment = { at: number; told: Told[] };

/**
 * What happened in a call, in order. Events and legs say more than the times of the call, so they
 * win.
 */
export const momentsOf = (call: CallView, events: readonly CallEvent[]): Moment[] => {
  const detailed = [...events.flatMap(toldByEvent), ...toldByLegs(call)];
  const known = new Set(detailed.map(({ at }) => at));
  const all = [...detailed, ...toldByCall(call).filter(({ at }) => !known.has(at))];
  const moments = [...Map.groupBy(all, ({ at }) => at)].map(([at, same]) => ({ at, told: distinct(same) }));
  return moments.sort((a, b) => a.at - b.at);
};

type Timed = Told & { at: number };

const distinct = (same: Timed[]): Told[] => [
  ...new Map(same.map(({ at: _, ...told }) => [JSON.stringify(told), told])).values(),
];

const at = (time: string | undefined, startedAt: string | undefined, told: Told): Timed[] => {
  const drawn = drawnAt(time, startedAt);
  return drawn === undefined ? [] : [{ ...told, at: drawn }];
};

const toldByCall = (call: CallView): Timed[] => {
  const { startedAt, direction, hangupBy } = call;
  const agent = withName(agentOf(call));
  const answered: Told = direction === 'inbound' ? { what: 'answered', ...agent } : { what: 'answered' };
  // ICC reports an agent's answer of an inbound call twice.
  const isTwice = call.answeredAt === call.agentAnsweredAt;
  return [
    ...at(call.occurredAt, startedAt, { what: 'called' }),
    ...at(startedAt, startedAt, { what: 'started' }),
    ...at(call.queuedAt, startedAt, { what: 'queued' }),
    ...at(call.dequeuedAt, startedAt, { what: 'dequeued' }),
    ...at(call.ringingAt, startedAt, { what: 'ringing' }),
    ...at(call.answeredAt, startedAt, answered),
    ...(isTwice ? [] : at(call.agentAnsweredAt, startedAt, { what: 'agentAnswered', ...agent })),
    ...at(call.endedAt, startedAt, { what: 'ended', ...(hangupBy !== undefined && { by: hangupBy }) }),
  ];
};

const withName = (name: string | undefined) => (name === undefined ? {} : { who: name });

const toldByLegs = ({ legs = [], startedAt }: CallView): Timed[] =>
  legs.flatMap((leg, n) => {
    const name = { leg: leg.leg ?? String(n + 1) };
    return [
      ...at(leg.startedAt, startedAt, { what: 'started', ...name }),
      ...at(leg.ringingAt, leg.startedAt, { what: 'ringing', ...name }),
      ...at(leg.answeredAt, leg.startedAt, { what: 'answered', ...name }),
      ...at(leg.endedAt, leg.startedAt, { what: 'ended', ...name, ...(leg.hungUp && { by: name.leg }) }),
    ];
  });

const OF_CALL: Record<string, Happening> = {
  calling: 'ringing',
  answered: 'customerAnswered',
  hungup: 'ended',
};
const OF_AGENT: Record<string, Happening> = {
  calling: 'agentCalling',
  'agent-ready': 'agentReady',
  answered: 'agentAnswered',
  hungup: 'agentHungUp',
};

const toldByEvent = ({ at: time, leg, state = '', agentId, agentName }: CallEvent): Timed[] => {
  const what = (leg === 'agent' ? OF_AGENT : OF_CALL)[state] ?? 'unreadable';
  return at(time, undefined, { what, ...(leg === 'agent' && withName(agentName ?? agentId)) });
};

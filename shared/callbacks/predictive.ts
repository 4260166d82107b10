import { code, filled, text } from '../payload/field-types.ts';
import { expected, fields, type Read } from '../payload/reader.ts';
import { secondsBetween, type Time, time } from '../payload/times.ts';
import { callback, type Fold, NEEDED } from './callback.ts';
import { distinct, type Facts, present } from './versions.ts';

const payload = fields({
  type: expected(code({ 1: 'agent', 2: 'call' })),
  state: expected(code({ 0: 'agent-hungup', 1: 'calling', 2: 'agent-ready', 3: 'answered', 4: 'hungup' })),
  time: expected(time()),
  uuid: filled(),
  agentid: filled(),
  sipid: filled(),
  username: filled(),
  callid: text(),
  callphone: text(),
  info: text(),
});

type Event = Read<typeof payload>;

/** Predictive outbound receipts. Each is an event of a call or, without a uuid, of an agent. */
export const predictive = callback({
  name: 'predictive',
  payload,
  // Not callid, which is the tenant's access number and the same for all calls.
  identify: ({ uuid, agentid, sipid, username }) => {
    const agent = agentid ?? sipid ?? username;
    if (uuid === undefined) return agent && `agent:${agent}`;
    return /^(agent|call):/.test(uuid) ? `call:${uuid}` : uuid;
  },
  identity: { path: 'uuid', message: `or agentid, sipid or username ${NEEDED}` },
  isCall: (id) => !id.startsWith('agent:'),
  bodies: 'events',
  event: ({ time, type, state, agentid, username }) => ({
    at: time ?? undefined,
    leg: type,
    state,
    agentId: agentid,
    agentName: username,
  }),
  fold: (readings): Fold => ({
    record: present(factsOf(readings.map((reading) => reading.payload).sort(byTime))),
    issues: distinct(readings.flatMap(({ issues }) => issues)),
  }),
});

// Events of one moment have the same order, however they arrived.
const byTime = (a: Event, b: Event): number => (sortKey(a) < sortKey(b) ? -1 : 1);

const sortKey = (event: Event): string => `${event.time ?? ''} ${JSON.stringify(event)}`;

const factsOf = (events: Event[]): Facts => {
  const of = (leg: Event['type'], state: Event['state']) =>
    events.filter((event) => event.type === leg && event.state === state);
  const [calling, answered, hungUp] = [of('call', 'calling'), of('call', 'answered'), of('call', 'hungup')];
  const byAgents = of('agent', 'answered');
  const [agent] = byAgents.slice(-1);
  const agentAnsweredAt = earliest(byAgents);
  const endedAt = hungUp.map((event) => event.time).findLast((at) => typeof at === 'string');
  const ended = hungUp.length > 0;
  return {
    callId: last(events, 'uuid'),
    accessNumber: last(events, 'callid'),
    direction: 'outbound',
    callee: last(events, 'callphone'),
    agentId: agent?.agentid,
    agentName: agent?.username,
    agentPhone: agent?.sipid,
    startedAt: earliest(calling),
    answeredAt: earliest(answered),
    agentAnsweredAt,
    endedAt,
    talkSeconds: secondsBetween(agentAnsweredAt, endedAt),
    ...outcomeOf(answered.length > 0, agent !== undefined, ended && !events.some(isUnclear)),
    status: statusOf(calling.length > 0, answered.length > 0, agent !== undefined, ended),
    statusText: last(events, 'info'),
  };
};

// A missing event may be the very one that would say so.
const isUnclear = ({ type, state }: Event): boolean => type === undefined || state === undefined;

// The provider never says that nobody answered: the call leg just hangs up. A later event corrects
// this.
const outcomeOf = (answered: boolean, connected: boolean, ended: boolean): Facts => {
  if (connected) return { answered: true, abandoned: false };
  if (answered) return { answered: true, abandoned: ended ? true : undefined };
  return { answered: ended ? false : undefined };
};

const statusOf = (
  calling: boolean,
  answered: boolean,
  connected: boolean,
  ended: boolean,
): Facts['status'] => {
  if (ended) return 'ended';
  if (connected) return 'connected';
  if (answered) return 'answered';
  return calling ? 'calling' : undefined;
};

const earliest = (events: Event[]): Time | undefined =>
  events.map((event) => event.time).find((at) => typeof at === 'string');

const last = (events: Event[], field: 'uuid' | 'callid' | 'callphone' | 'info'): string | undefined =>
  events.findLast((event) => event[field] !== undefined)?.[field];

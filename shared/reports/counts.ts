import type { CallItem } from '../calls/item.ts';
import { waitOf } from './wait.ts';

/** The terms that the request sets. docs/reports.md defines them, and every figure here. */
export type Terms = {
  serviceLevelSeconds: number;
  shortAbandonSeconds: number;
  serviceLevelOf: (typeof DENOMINATORS)[number];
};

/** The possible denominators of a service level. */
export const DENOMINATORS = ['queue', 'offered', 'answered'] as const;

/** The fields that figures are computed from. */
export const CALL_FIELDS = [
  ...(['callback', 'direction', 'answered', 'abandoned', 'status', 'hangupBy', 'channel'] as const),
  ...(['waitSeconds', 'queueSeconds', 'ringSeconds', 'queuedAt', 'answeredAt', 'endedAt'] as const),
  ...(['talkSeconds', 'wrapUpSeconds', 'cost', 'issues', 'at', 'receivedAt'] as const),
] satisfies (keyof CallItem)[];

/** The part of a call that figures need. */
export type CountedCall = Pick<CallItem, (typeof CALL_FIELDS)[number]>;

/** A call with values that several figures need. */
export type Facts = CountedCall & {
  terms: Terms;
  wait: number | undefined;
  isInbound: boolean;
  isInboundAnswered: boolean;
  isInboundAbandoned: boolean;
  isDialled: boolean;
  isPredictive: boolean;
};

/** The values of a call that several figures need. */
export const factsOf = (call: CountedCall, terms: Terms): Facts => {
  const isInbound = call.direction === 'inbound';
  return {
    ...call,
    terms,
    isInbound,
    wait: isInbound ? waitOf(call) : undefined,
    isInboundAnswered: isInbound && call.answered === true && !call.abandoned,
    isInboundAbandoned: isInbound && call.abandoned === true && call.status !== IN_IVR,
    isDialled: call.direction === 'outbound' || call.direction === 'ai' || call.callback === 'pns',
    isPredictive: call.callback === 'predictive',
  };
};

const IN_IVR = 'abandoned-in-ivr';
const isUnknown = (code: string | undefined): boolean => code?.startsWith('unknown:') ?? false;

/** Which calls each count counts. */
export const COUNTS = {
  offered: () => true,
  answered: ({ answered }) => answered === true,
  unanswered: ({ answered }) => answered === false,
  answerUnknown: ({ answered }) => answered === undefined,
  abandoned: ({ abandoned }) => abandoned === true,
  inbound: ({ isInbound }) => isInbound,
  inboundAnswered: ({ isInboundAnswered }) => isInboundAnswered,
  inboundAbandoned: ({ isInboundAbandoned }) => isInboundAbandoned,
  ivrAbandoned: ({ isInbound, abandoned, status }) => isInbound && abandoned === true && status === IN_IVR,
  shortAbandoned: ({ isInboundAbandoned, wait, terms }) =>
    isInboundAbandoned && wait !== undefined && wait < terms.shortAbandonSeconds,
  answeredInTime: ({ isInboundAnswered, wait, terms }) =>
    isInboundAnswered && wait !== undefined && wait <= terms.serviceLevelSeconds,
  waitUnknown: ({ isInboundAnswered, wait }) => isInboundAnswered && wait === undefined,
  talkUnknown: ({ answered, abandoned, talkSeconds }) =>
    answered === true && !abandoned && talkSeconds === undefined,
  handled: ({ answered, talkSeconds, wrapUpSeconds }) =>
    answered === true && talkSeconds !== undefined && wrapUpSeconds !== undefined,
  dialled: ({ isDialled }) => isDialled,
  dialledAnswered: ({ isDialled, answered }) => isDialled && answered === true,
  dialledUnanswered: ({ isDialled, answered }) => isDialled && answered === false,
  costKnown: ({ cost }) => cost !== undefined,
  predictive: ({ isPredictive }) => isPredictive,
  predictiveAnswered: ({ isPredictive, answered }) => isPredictive && answered === true,
  connectedToAgent: ({ isPredictive, abandoned }) => isPredictive && abandoned === false,
  predictiveAbandoned: ({ isPredictive, abandoned }) => isPredictive && abandoned === true,
  degraded: ({ issues }) => issues !== undefined,
  unknownCodes: ({ direction, status, hangupBy, channel }) =>
    [direction, status, hangupBy, channel].some(isUnknown),
  untimed: ({ at, receivedAt }) => at.startsWith(receivedAt),
} satisfies Record<string, (facts: Facts) => boolean>;

/** A number of calls. */
export type Count = keyof typeof COUNTS;

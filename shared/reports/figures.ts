import * as v from 'valibot';
import type { CallItem } from '../calls/item.ts';
import { type Money, moneyText, plus } from './money.ts';
import { waitOf } from './wait.ts';

/** What the field leaves to whoever asks. docs/reports.md defines it, and every figure here. */
export type Terms = {
  serviceLevelSeconds: number;
  shortAbandonSeconds: number;
  serviceLevelOf: (typeof DENOMINATORS)[number];
};

/** What a service level can be a share of. */
export const DENOMINATORS = ['queue', 'offered', 'answered'] as const;

/** What figures are made of. */
export const CALL_FIELDS = [
  ...(['callback', 'direction', 'answered', 'abandoned', 'status', 'hangupBy', 'channel'] as const),
  ...(['waitSeconds', 'queueSeconds', 'ringSeconds', 'queuedAt', 'answeredAt', 'endedAt'] as const),
  ...(['talkSeconds', 'wrapUpSeconds', 'cost', 'issues', 'at', 'receivedAt'] as const),
] satisfies (keyof CallItem)[];

/** A call as figures need it. */
export type CountedCall = Pick<CallItem, (typeof CALL_FIELDS)[number]>;

/** A call with what several figures need to know of it. */
type Facts = CountedCall & {
  terms: Terms;
  wait: number | undefined;
  isInbound: boolean;
  isInboundAnswered: boolean;
  isInboundAbandoned: boolean;
  isDialled: boolean;
  isPredictive: boolean;
};

const factsOf = (call: CountedCall, terms: Terms): Facts => {
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

/** Which calls a count is of. */
const COUNTS = {
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

type Count = keyof typeof COUNTS;
const COUNT_NAMES = Object.keys(COUNTS) as Count[];

/** A group of calls, of which nothing is kept but sums. */
export type Tally = Record<Count, number> & {
  waitSeconds: number;
  longestWaitSeconds: number | undefined;
  talkSeconds: number;
  talkKnown: number;
  handleSeconds: number;
  cost: Money | undefined;
};

/** A group without calls. */
export const emptyTally = (): Tally => ({
  ...(Object.fromEntries(COUNT_NAMES.map((name) => [name, 0])) as Record<Count, number>),
  waitSeconds: 0,
  longestWaitSeconds: undefined,
  talkSeconds: 0,
  talkKnown: 0,
  handleSeconds: 0,
  cost: undefined,
});

/** Counts a call into each of the groups that it is in. */
export const countCall = (call: CountedCall, terms: Terms, groups: readonly Tally[]): void => {
  const facts = factsOf(call, terms);
  const counts = COUNT_NAMES.filter((name) => COUNTS[name](facts));
  for (const group of groups) {
    for (const name of counts) group[name]++;
    addTimes(group, facts);
    if (facts.cost !== undefined) group.cost = plus(group.cost, facts.cost);
  }
};

const addTimes = (group: Tally, { isInboundAnswered, wait, answered, ...call }: Facts): void => {
  const { talkSeconds, wrapUpSeconds } = call;
  if (wait !== undefined) {
    group.longestWaitSeconds = Math.max(group.longestWaitSeconds ?? 0, wait);
    if (isInboundAnswered) group.waitSeconds += wait;
  }
  if (!answered || talkSeconds === undefined) return;
  group.talkSeconds += talkSeconds;
  group.talkKnown++;
  if (wrapUpSeconds !== undefined) group.handleSeconds += talkSeconds + wrapUpSeconds;
};

/** A share or a mean; undefined of nothing. */
const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

const serviceLevelCalls = (group: Tally, of: Terms['serviceLevelOf']): number => {
  const { inbound, inboundAnswered, inboundAbandoned, ivrAbandoned, shortAbandoned, waitUnknown } = group;
  if (of === 'answered') return inboundAnswered - waitUnknown;
  const calls = of === 'queue' ? inboundAnswered + inboundAbandoned : inbound - ivrAbandoned;
  return calls - shortAbandoned - waitUnknown;
};

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const optional = v.optional(v.pipe(v.number(), v.minValue(0)));
const share = v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** The figures of a group, in the order in which docs/reports.md has them. */
export const Figures = v.object({
  ...{ offered: count, answered: count, unanswered: count, answerUnknown: count },
  ...{ answerRate: share, callsPerHour: optional },
  ...{ abandoned: count, inbound: count, inboundAnswered: count, inboundAbandoned: count },
  ...{ ivrAbandoned: count, shortAbandoned: count, abandonmentRate: share },
  ...{ averageWaitSeconds: optional, longestWaitSeconds: optional, answeredInTime: count },
  ...{ waitUnknown: count, serviceLevel: share },
  ...{ talkSeconds: count, averageTalkSeconds: optional, talkUnknown: count },
  ...{ handled: count, averageHandleSeconds: optional },
  ...{ dialled: count, dialledAnswered: count, dialledUnanswered: count, answerSeizureRatio: share },
  ...{ cost: v.optional(v.string()), costKnown: count },
  ...{ predictive: count, predictiveAnswered: count, connectedToAgent: count },
  ...{ predictiveAbandoned: count, predictiveAbandonedShare: share },
  ...{ degraded: count, unknownCodes: count, untimed: count },
});

/** The figures of a group. */
export type Figures = v.InferOutput<typeof Figures>;

/** The figures of a group of calls, of so many hours. */
export const figuresOf = (group: Tally, hours: number, { serviceLevelOf }: Terms): Figures => {
  const abandoned = group.inboundAbandoned - group.shortAbandoned;
  const { talkKnown: _, handleSeconds, waitSeconds, cost, ...counts } = group;
  const figures: Figures = {
    ...counts,
    answerRate: ratio(group.answered, group.answered + group.unanswered),
    callsPerHour: ratio(group.offered, hours),
    abandonmentRate: ratio(abandoned, group.inboundAnswered + abandoned),
    averageWaitSeconds: ratio(waitSeconds, group.inboundAnswered - group.waitUnknown),
    serviceLevel: ratio(group.answeredInTime, serviceLevelCalls(group, serviceLevelOf)),
    averageTalkSeconds: ratio(group.talkSeconds, group.talkKnown),
    averageHandleSeconds: ratio(handleSeconds, group.handled),
    answerSeizureRatio: ratio(group.dialledAnswered, group.dialledAnswered + group.dialledUnanswered),
    cost: cost && moneyText(cost),
    predictiveAbandonedShare: ratio(
      group.predictiveAbandoned,
      group.predictiveAbandoned + group.connectedToAgent,
    ),
  };
  return Object.fromEntries(
    FIGURE_NAMES.map((name) => [name, figures[name]]).filter(([, value]) => value !== undefined),
  ) as Figures;
};

/** The figures' names, in order. */
export const FIGURE_NAMES = Object.keys(Figures.entries) as (keyof Figures)[];

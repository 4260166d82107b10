import * as v from 'valibot';
import type { Terms } from './counts.ts';
import { moneyText } from './money.ts';
import type { Tally } from './tally.ts';

/** A share or a mean; undefined if it would divide by zero. */
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

/** The figures of a group, in the order of docs/reports.md. */
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

/** The figures of a group of calls over this many hours. */
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

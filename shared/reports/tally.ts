import { COUNTS, type Count, type CountedCall, type Facts, factsOf, type Terms } from './counts.ts';
import { type Money, plus } from './money.ts';

const COUNT_NAMES = Object.keys(COUNTS) as Count[];

/** A group of calls that keeps only sums. */
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

/** Counts a call into each of its groups. */
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

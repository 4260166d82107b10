import type { Day } from './day.ts';
import { customerOf, PREDICTIVE_AGENTS } from './people.ts';
import type { Random } from './random.ts';
import type { Story } from './story.ts';

const ACCESS_NUMBER = '105550';
const COUNTRIES = [
  [2, 8],
  [0, 2],
] as const;

type Outcome = 'connected' | 'no answer' | 'abandoned';
type Shape = {
  random: Random;
  startedAt: number;
  ringMs: number;
  waitMs: number;
  talkMs: number;
  outcome: Outcome;
};

/**
 * The calls of the predictive dialer, event by event, and its agents becoming ready in the morning.
 */
export const predictiveCalls = (day: Day): Story[] => [
  ...agentsReady(day),
  ...day.moments(52).map((startedAt) => predictiveCall(shapeOf(day.random, startedAt))),
];

const shapeOf = (random: Random, startedAt: number): Shape => ({
  random,
  startedAt,
  ringMs: random.between(3_000, 28_000),
  waitMs: random.between(200, 2_500) + (random.chance(0.15) ? random.between(4_000, 30_000) : 0),
  talkMs: Math.round(1_000 * (3 + random.exponential(140))),
  outcome: random.weighted([
    ['connected', 52],
    ['no answer', 41],
    ['abandoned', 7],
  ]),
});

/** A call in progress: how many seconds ago it began, and how far it is. */
export const callGoingOn = (
  random: Random,
  startedAt: number,
  reached: 'calling' | 'answered' | 'connected',
): Story => {
  const { posts, ...story } = predictiveCall({
    ...shapeOf(random, startedAt),
    ...{ ringMs: 4_200, waitMs: 700, talkMs: 0, outcome: 'connected' as const },
  });
  return { ...story, posts: posts.slice(0, { calling: 1, answered: 2, connected: 3 }[reached]) };
};

const predictiveCall = ({ random, startedAt, ringMs, waitMs, talkMs, outcome }: Shape): Story => {
  const { number: callphone } = customerOf(random, COUNTRIES);
  const call = { callphone, callid: ACCESS_NUMBER, uuid: random.uuid() };
  const agent = random.pick(PREDICTIVE_AGENTS);
  const event = (at: number, type: 1 | 2, state: number, info: string) => ({
    at,
    // Microseconds, as text.
    body: { info, time: `${at}${random.digits(3)}`, type, state, ...call, ...(type === 1 && agent) },
  });
  const answeredAt = startedAt + ringMs;
  const connectedAt = answeredAt + waitMs;
  const calling = event(startedAt, 2, 1, 'Phone calling');
  const answered = event(answeredAt, 2, 3, 'Phone answer');
  const hungUp = (at: number) => event(at, 2, 4, 'Phone hungup');
  if (outcome === 'no answer') return { callback: 'predictive', posts: [calling, hungUp(answeredAt)] };
  if (outcome === 'abandoned')
    return { callback: 'predictive', posts: [calling, answered, hungUp(connectedAt + 6_000)] };
  const endedAt = connectedAt + talkMs;
  const connected = event(connectedAt, 1, 3, 'Phone answer');
  const agentHungUp = event(endedAt, 1, 4, 'Phone hungup');
  return { callback: 'predictive', posts: [calling, answered, connected, hungUp(endedAt), agentHungUp] };
};

const agentsReady = (day: Day): Story[] =>
  PREDICTIVE_AGENTS.map((agent) => {
    const at = Math.round(day.at(9 + day.random.real() / 10));
    const body = {
      info: 'Seats ready',
      time: `${at}000`,
      callid: ACCESS_NUMBER,
      type: 1,
      state: 2,
      ...agent,
    };
    return { callback: 'predictive', posts: [{ at, body }] };
  });

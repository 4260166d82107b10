import fc from 'fast-check';
import type { Call } from '../../shared/calls/fold.ts';
import { callOf } from './calls.ts';

/** Calls that began in this time. */
export type Span = { from: number; until: number };

const maybe = <Value>(...values: Value[]) => fc.constantFrom(...values, null);
// A name that a spreadsheet would compute, and parts of a key that look like others.
const AGENTS = ['fang.cheng@nxcloud.com', '=HYPERLINK("https://x")', 'Wang', '4711', '陈大文'];
const SKILLS = ['01105165021937Jr', 'none', 'a,b'];
const CODES = [
  ...[1000, 1001, 1002, 1003, 1004, 1101, 1102, 1103, 11031, 1104, 1105, 1106, 1107, 1108, 1109, 1111],
  ...[2000, 2001, 2003, 2101, 2103, 2104, 2106, 2203, 3000, 3001, 3102, 3103, 3104, 7777],
];

/** Seconds after the beginning, or nothing, or what cannot be read. */
const after = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -1, max: 90 }) },
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant('x') },
);
const seconds = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 900 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, null, 'x', 1_606_188_570) },
);
const at = (begin: number, offset: number | string | null): number | string | null =>
  typeof offset === 'number' ? begin + offset * 1000 : offset;

const cc = (begin: fc.Arbitrary<number>) =>
  fc
    .record({
      begin,
      callId: fc.uuid(),
      direction: fc.constantFrom(0, 0, 0, 1, 2, 9, null),
      agentName: maybe(...AGENTS),
      hangupCode: maybe(...CODES),
      answered: maybe(true, false),
      hangupBy: maybe(0, 1, 9),
      startTime: after,
      times: fc.record({ inQueueTime: after, outQueueTime: after, answerTime: after, endTime: after }),
      durations: fc.record({ callDuration: seconds, ringDuration: seconds, queueDuration: seconds }),
      totalCustomerPrice: maybe<number | string>(0.035, 0.1, 0.2, '12.3456', 0),
    })
    .map(({ begin: start, times, durations, startTime, ...call }) => [
      {
        ...call,
        ...durations,
        startTime: startTime === null ? null : start,
        ...Object.fromEntries(Object.entries(times).map(([name, offset]) => [name, at(start, offset)])),
      },
    ]);

const icc = (begin: fc.Arbitrary<number>) =>
  fc
    .record({
      id: fc.uuid(),
      communicateBeginTime: begin,
      callType: fc.constantFrom(1, 1, 1, 2, 3),
      speechCallResult: maybe(0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 77),
      staffId: maybe(...AGENTS),
      skillSetId: maybe(...SKILLS),
      communicateSource: maybe(1, 2, 3, 8),
      handupDirection: maybe(0, 1, 2, 3, 7),
      communicateDuration: seconds,
      callWaitDuration: seconds,
      queueWaitDuration: seconds,
      parkingWaitDuration: seconds,
      acw: seconds,
    })
    .map((data) => [{ data }]);

const pns = (begin: fc.Arbitrary<number>) =>
  fc
    .record({
      begin,
      callId: fc.uuid(),
      answerAt: after,
      duration: seconds,
      callStatus: maybe('0', '1', '2'),
    })
    .map(({ begin: start, answerAt, ...call }) => [
      { ...call, startAt: start, answerAt: at(start, answerAt) },
    ]);

/** Some of a call's events, in the order in which they happen. */
const predictive = (begin: fc.Arbitrary<number>) =>
  fc
    .record({
      begin,
      uuid: fc.uuid(),
      events: fc.subarray(
        [
          { type: 2, state: 1, delay: 0 },
          { type: 2, state: 3, delay: 9 },
          { type: 1, state: 3, delay: 11 },
          { type: 2, state: 4, delay: 70 },
        ],
        { minLength: 1 },
      ),
      agentid: maybe(...AGENTS),
    })
    .map(({ begin: start, uuid, events, agentid }) =>
      events.map(({ delay, ...event }) => ({ ...event, uuid, agentid, time: start + delay * 1000 })),
    );

/**
 * So many calls of all products that began in the span, with codes, times and durations of every
 * kind, unreadable ones too.
 */
export const generateCalls = (count: number, { from, until }: Span, seed: number): Call[] => {
  const begin = fc.integer({ min: from, max: until - 1 });
  const bodies = fc.oneof(
    ...[
      { weight: 4, arbitrary: cc(begin).map((some) => ['cc', some] as const) },
      { weight: 4, arbitrary: icc(begin).map((some) => ['icc', some] as const) },
      { weight: 1, arbitrary: pns(begin).map((some) => ['pns', some] as const) },
      { weight: 2, arbitrary: predictive(begin).map((some) => ['predictive', some] as const) },
    ],
  );
  return fc.sample(bodies, { seed, numRuns: count }).map(([callback, some]) => callOf(callback, ...some));
};

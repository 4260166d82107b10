import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goesOnAt, timelineOf } from '../../../page/call/timeline.ts';
import type { CallEvent } from '../../../shared/callbacks/callback.ts';
import type { CallView } from '../../../shared/calls/view.ts';
import { callLike, openedFixture } from '../../support/opened.ts';

const RUNS = { seed: 20_261_126, numRuns: 1000 };
const NOW = Date.parse('2026-11-26T08:00:00.000Z');
const time = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

/** The call's own bar in words: `queue 5.1 s`. */
const barOf = (call: CallView, events: CallEvent[] = [], now = NOW) => {
  const { segments = [] } = timelineOf(call, events, now)?.lanes[0] ?? {};
  return segments.map(({ kind, from, to }) => `${kind} ${(to - from) / 1000}`);
};
const fixtureBar = (name: string) => {
  const { call, events } = openedFixture(name);
  return barOf(call, events);
};

describe('the bar of a call', () => {
  test('of Call Center shows queue and ring up to where the caller gave up', () => {
    expect(fixtureBar('cc-list-abandoned')).toEqual(['ring 0.02', 'queue 5.139', 'connecting 0.901']);
  });

  test('of a predictive call shows how long the customer waited for an agent', () => {
    expect(fixtureBar('predictive')).toEqual(['calling 10.4', 'wait 0.34', 'talk 359.42']);
  });

  test('of ICC is computed from durations, the queue before the end', () => {
    expect(fixtureBar('icc')).toEqual(['ivr 18', 'queue 3', 'wrapUp 5']);
  });

  test('of PNS has one for each leg beside it, on the same scale', () => {
    const { call, events } = openedFixture('pns-2024-09-02');
    const lanes = timelineOf(call, events, NOW)?.lanes.map(({ leg, segments }) => [
      leg,
      ...segments.map(({ kind, from, to }) => `${kind} ${(to - from) / 1000}`),
    ]);

    expect(lanes).toEqual([
      [undefined, 'connecting 5', 'ring 2', 'talk 4'],
      ['caller', 'connected 11'],
      ['callee', 'gap 5', 'calling 2', 'connected 4'],
    ]);
  });

  test("does not show as talk more than the product's talk time", () => {
    expect(fixtureBar('cc')).toEqual(['calling 1', 'connected 21']);
  });

  test('does not show talk if a code says that the call was not answered', () => {
    const call = callLike({ startedAt: time(-9), answeredAt: time(-5), endedAt: time(-1), answered: false });

    expect(barOf(call)).toEqual(['connecting 4', 'connected 4']);
  });

  test('extends to the present while the call is in progress', () => {
    const call = callLike({
      callback: 'predictive',
      direction: 'outbound',
      startedAt: time(-30),
      answeredAt: time(-20),
      status: 'answered',
    });

    expect(barOf(call)).toEqual(['calling 10', 'wait 20']);
    expect(timelineOf(call, [], NOW)?.goingOn).toBe(true);
    expect(barOf({ ...call, startedAt: time(-7201), answeredAt: time(-7190) })).toEqual(['calling 11']);
  });

  test('ends by the talk time if the end is unknown', () => {
    expect(barOf(callLike({ startedAt: time(-900), answeredAt: time(-890), talkSeconds: 60 }))).toEqual([
      'connecting 10',
      'talk 60',
    ]);
  });

  test('begins the talk by the talk time if the answer is unknown', () => {
    const call = {
      startedAt: time(-900),
      endedAt: time(-830),
      talkSeconds: 60,
      ringSeconds: 4,
      answered: true,
    };

    expect(barOf(callLike(call))).toEqual(['connecting 6', 'ring 4', 'talk 60']);
  });

  test('shows one bar an agent if there were several', () => {
    const event = (at: number, agentName: string, state: string): CallEvent => ({
      at: time(at),
      leg: 'agent',
      agentName,
      state,
    });
    const events = [event(-50, 'a', 'answered'), event(-30, 'a', 'hungup'), event(-29, 'b', 'answered')];
    const call = callLike({ startedAt: time(-60), agentAnsweredAt: time(-50), endedAt: time(-9) });
    const lanes = timelineOf(call, events, NOW)?.lanes ?? [];

    expect(lanes.map(({ who }) => who)).toEqual([undefined, 'a', 'b']);
    expect(timelineOf(call, events.slice(0, 2), NOW)?.lanes).toHaveLength(1);
  });
});

describe('the moments of a call', () => {
  const told = (name: string) => {
    const { call, events } = openedFixture(name);
    return timelineOf(call, events, NOW)?.moments.map(({ told }) => told);
  };

  test('name who answered, and who hung up', () => {
    expect(told('cc-list-answered')).toEqual([
      [{ what: 'ringing' }, { what: 'started' }].toReversed(),
      [{ what: 'queued' }],
      [{ what: 'dequeued' }, { what: 'answered', who: '示例坐席' }],
      [{ what: 'ended', by: 'agent' }],
    ]);
  });

  test('are the events of a predictive call', () => {
    expect(told('predictive')).toEqual([
      [{ what: 'ringing' }],
      [{ what: 'customerAnswered' }],
      [{ what: 'agentAnswered', who: '6122312312' }],
      [{ what: 'ended' }, { what: 'agentHungUp', who: '6122312312' }],
    ]);
  });

  test('are of both legs', () => {
    expect(told('pns-2024-09-02')?.at(-1)).toEqual([
      { what: 'ended', leg: 'caller', by: 'caller' },
      { what: 'ended', leg: 'callee' },
    ]);
  });

  test('are the only contents of a notice', () => {
    const { call, events } = openedFixture('pns-notice');
    const timeline = timelineOf(call, events, NOW);

    expect(timeline?.moments.map(({ told }) => told)).toEqual([[{ what: 'called' }]]);
    expect(timeline?.lanes[0]?.segments).toEqual([]);
  });
});

test('a call without times has no timeline', () => {
  expect(timelineOf(callLike({ recordCreatedAt: time(-9), pickedUpAt: time(-99) }), [], NOW)).toBeUndefined();
});

const CALLING = { callback: 'predictive', status: 'calling' as const };
test.each([
  [{ ...CALLING, startedAt: time(-60) }, true],
  [{ ...CALLING, startedAt: time(-7199) }, true],
  [{ ...CALLING, startedAt: time(-7200) }, false],
  [{ ...CALLING, startedAt: time(60) }, false],
  [{ ...CALLING, startedAt: time(-60), endedAt: time(-1) }, false],
  [{ ...CALLING, startedAt: time(-60), status: 'ended' as const }, false],
  [{ startedAt: time(-60) }, false],
  [CALLING, false],
])('whether the call is in progress, given %j: %j', (fields, expected) => {
  expect(goesOnAt(callLike(fields), NOW)).toBe(expected);
});

const TIMES = [
  'startedAt',
  'ringingAt',
  'queuedAt',
  'dequeuedAt',
  'answeredAt',
  'agentAnsweredAt',
  'endedAt',
] as const;
const DURATIONS = ['talkSeconds', 'ringSeconds', 'queueSeconds', 'wrapUpSeconds'] as const;

const seconds = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 604_800 }));
const aTime = fc
  .tuple(seconds, fc.constantFrom(0, 0, 1, 400, 999))
  .map(([before, ms]) => new Date(NOW - before * 1000 + ms).toISOString());
const optional = <Name extends string, Value>(names: readonly Name[], value: fc.Arbitrary<Value>) =>
  fc.record(Object.fromEntries(names.map((name) => [name, value])) as Record<Name, fc.Arbitrary<Value>>, {
    requiredKeys: [],
  });
const aLeg = optional(['startedAt', 'ringingAt', 'answeredAt', 'endedAt'], aTime);
const anEvent = fc.record(
  {
    at: aTime,
    leg: fc.constantFrom('agent', 'call', 'unknown:7'),
    state: fc.constantFrom('calling', 'answered', 'hungup', 'agent-ready', 'unknown:9'),
    agentName: fc.constantFrom('a', 'b'),
  },
  { requiredKeys: [] },
);
const aCall = fc
  .tuple(
    optional(TIMES, aTime),
    optional(DURATIONS, seconds),
    fc.record(
      {
        direction: fc.constantFrom('inbound' as const, 'outbound' as const, 'ai' as const),
        answered: fc.boolean(),
        abandoned: fc.boolean(),
        legs: fc.array(aLeg, { maxLength: 3 }),
        ivrPath: fc.constant('a>b'),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([times, durations, others]) => callLike({ ...times, ...durations, ...others } as Partial<CallView>));
const events = fc.array(anEvent, { maxLength: 6 });

describe('for any times', () => {
  test('the segments of every bar fill the timeline without a hole or an overlap, and neighbours differ', () => {
    fc.assert(
      fc.property(aCall, events, (call, happened) => {
        const timeline = timelineOf(call, happened, NOW);
        for (const { segments } of timeline?.lanes ?? []) {
          const edges = [timeline?.from, ...segments.map(({ to }) => to)];
          expect(segments.map(({ from }) => from)).toEqual(edges.slice(0, -1));
          expect(edges.at(-1)).toBe(timeline?.to);
          for (const [n, { from, to, kind }] of segments.entries()) {
            expect(to).toBeGreaterThan(from);
            expect(kind).not.toBe(segments[n + 1]?.kind);
          }
        }
      }),
      RUNS,
    );
  });

  test('every time is a moment of the timeline, at most a second off', () => {
    fc.assert(
      fc.property(aCall, events, (call, happened) => {
        const timeline = timelineOf(call, happened, NOW);
        const told = [
          ...TIMES.map((name) => call[name]),
          ...(call.legs ?? []).flatMap((leg) => Object.values(leg)),
          ...happened.map(({ at }) => at),
        ].filter((at) => typeof at === 'string');
        const moments = timeline?.moments.map(({ at }) => at) ?? [];

        expect(moments).toEqual([...new Set(moments)].sort((a, b) => a - b));
        for (const at of told) {
          expect(
            moments.some((moment) => moment - Date.parse(at) >= 0 && moment - Date.parse(at) < 1000),
          ).toBe(true);
        }
        for (const at of moments) {
          expect(at).toBeGreaterThanOrEqual(timeline?.from ?? Number.NaN);
          expect(at).toBeLessThanOrEqual(timeline?.to ?? Number.NaN);
        }
      }),
      RUNS,
    );
  });

  test('a later call is drawn the same, only later', () => {
    const later = (value: unknown): unknown =>
      typeof value === 'string' && /^\d{4}-.*Z$/.test(value)
        ? new Date(Date.parse(value) + 3_600_000).toISOString()
        : value;
    const shifted = <Value>(value: Value): Value =>
      JSON.parse(JSON.stringify(value, (_, inner) => later(inner)));

    fc.assert(
      fc.property(aCall, events, (call, happened) => {
        const lengths = (timeline: ReturnType<typeof timelineOf>) =>
          timeline?.lanes.map(({ segments }) => segments.map(({ kind, from, to }) => [kind, to - from]));

        expect(lengths(timelineOf(shifted(call), shifted(happened), NOW + 3_600_000))).toEqual(
          lengths(timelineOf(call, happened, NOW)),
        );
      }),
      RUNS,
    );
  });
});

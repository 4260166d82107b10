import { expect, test } from 'vitest';
import { itemOf } from '../../../shared/calls/item.ts';
import type { Terms } from '../../../shared/reports/counts.ts';
import { FIGURE_NAMES, figuresOf } from '../../../shared/reports/figures.ts';
import { countCall, emptyTally } from '../../../shared/reports/tally.ts';
import { callOf } from '../../support/calls.ts';
import { generateCalls } from '../../support/generated-calls.ts';

const TERMS: Terms = { serviceLevelSeconds: 20, shortAbandonSeconds: 5, serviceLevelOf: 'queue' };

/** The figures of calls, of one hour. */
const figures = (...calls: ReturnType<typeof callOf>[]) => {
  const tally = emptyTally();
  for (const call of calls) countCall(itemOf(call), TERMS, [tally]);
  return figuresOf(tally, 1, TERMS);
};

test('a group without calls has counts of 0, and neither rates nor means', () => {
  expect(Object.values(figures()).filter((value) => value !== 0)).toEqual([]);
  expect(figures()).not.toHaveProperty('answerRate');
  expect(figures()).not.toHaveProperty('longestWaitSeconds');
});

test('a call without any statement is neither answered nor unanswered', () => {
  expect(figures(callOf('cc', { callId: '1', startTime: 1_691_372_191_000 }))).toMatchObject({
    ...{ offered: 1, answered: 0, unanswered: 0, answerUnknown: 1, abandoned: 0, untimed: 0 },
  });
});

test('a caller who gives up in the IVR has abandoned, but not the queue', () => {
  const call = callOf('icc', { data: { id: '1', callType: 1, speechCallResult: 8 } });

  expect(figures(call)).toMatchObject({ abandoned: 1, ivrAbandoned: 1, inboundAbandoned: 0, untimed: 1 });
  expect(figures(call)).not.toHaveProperty('abandonmentRate');
});

test('a voicemail does not count as talk', () => {
  const call = callOf('cc', { callId: '1', direction: 0, hangupCode: 1003, callDuration: 20 });

  expect(figures(call)).toMatchObject({ unanswered: 1, talkSeconds: 0 });
  expect(figures(call)).not.toHaveProperty('averageTalkSeconds');
});

test('a predictive call that reached no agent counts as abandoned once it has ended', () => {
  const event = (type: number, state: number, time: number) => ({ uuid: '1', type, state, time });
  const [answered, hungUp] = [event(2, 3, 1_558_677_793), event(2, 4, 1_558_677_999)];

  expect(figures(callOf('predictive', answered))).toMatchObject({
    predictiveAnswered: 1,
    predictiveAbandoned: 0,
  });
  expect(figures(callOf('predictive', answered, hungUp))).toMatchObject({ predictiveAbandonedShare: 1 });
  expect(figures(callOf('predictive', answered, event(1, 3, 1_558_677_794), hungUp))).toMatchObject({
    ...{ predictiveAbandonedShare: 0, connectedToAgent: 1, talkSeconds: 205, dialledAnswered: 1 },
  });
});

test('the greatest number of rows fits into an answer of Lambda', () => {
  const all = figures(...generateCalls(2_000, { from: Date.UTC(2026, 0), until: Date.UTC(2026, 1) }, 3));
  const key = 'id:0605589a-c1f7-47a5-b75c-3e639e1b928a';
  const row = {
    key: `2026-11-26T14,${key}`,
    keys: ['2026-11-26T14', key],
    agentName: 'fang.cheng@nxcloud.com',
    agentNickname: 'Fang Cheng',
    ...all,
  };
  const body = JSON.stringify({ rows: Array(4_000).fill(row) });

  expect(Object.keys(all)).toEqual(FIGURE_NAMES);
  // The answer of a function has the body as text.
  expect(Buffer.byteLength(JSON.stringify({ body }))).toBeLessThan(6 * 1024 * 1024);
});

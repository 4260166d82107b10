import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tableOf } from '../../commands/lib/calls/table.ts';
import { timelineOf } from '../../commands/lib/calls/timeline.ts';
import { clock, localTime, resultOf } from '../../commands/lib/calls/words.ts';
import { widthOf } from '../../commands/lib/columns.ts';
import { itemOf } from '../../shared/calls/item.ts';
import { type CallView, listed } from '../../shared/calls/view.ts';
import { callOf, callWith } from '../support/calls.ts';

const viewed = (callback: string, body: object): CallView =>
  listed({ ...itemOf(callOf(callback, body)), rev: 1 });

const YEAR = new Date().getUTCFullYear();
const NOON = Date.UTC(YEAR, 5, 15, 12, 0, 7);

const cc = (fields: object = {}): CallView =>
  viewed('cc', {
    callId: 'b1920376',
    caller: '85235757581',
    callee: '85238533300',
    startTime: NOON,
    direction: 1,
    hangupCode: 1001,
    callDuration: 372,
    ...fields,
  });

const lines = (calls: CallView[], width = 100, zone = 'UTC') =>
  tableOf(zone, width)(calls).map(stripVTControlCharacters);

test('a call is a line under its titles', () => {
  expect(lines([cc({ agentName: '陈大文', recordUrl: 'https://x' }), cc({ agentName: 'Max' })])).toEqual([
    'Time            Call         Dir  Caller -> callee            Agent   Result     Talk  Mark',
    '06-15 12:00:07  cc#b1920376  out  85235757581 -> 85238533300  陈大文  answered  06:12  rec',
    '06-15 12:00:07  cc#b1920376  out  85235757581 -> 85238533300  Max     answered  06:12',
  ]);
});

test('a recording or a message that could not be archived is marked, for somebody to act', () => {
  const file = { key: 'recordings/1.mp3' };
  const [url, message] = [{ recordUrl: 'https://x' }, { leaveMsgUrl: 'https://x' }];
  const marks = (fields: object, archive: object) =>
    lines([{ ...cc(fields), ...archive }])[1]
      ?.split('  ')
      .at(-1);

  expect(marks(url, { recording: { state: 'archived', ...file } })).toBe('rec');
  expect(marks(url, { recording: { state: 'waiting' } })).toBe('rec');
  expect(marks(url, { recording: { state: 'failed' } })).toBe('rec!');
  expect(marks(message, { voicemail: { state: 'failed' } })).toBe('vm!');
  expect(marks({}, { legs: [{ recording: { state: 'failed' } }] })).toBe('rec!');
});

test('times are in the zone, and have the year if it is not the present one', () => {
  const [, here] = lines([cc()], 100, 'Asia/Shanghai');
  const [, there] = lines([cc()], 100, 'America/New_York');
  const [, old] = lines([cc({ startTime: Date.UTC(2020, 11, 31, 20) })], 100, 'Asia/Shanghai');

  expect(here).toMatch(/^06-15 20:00:07 {2}/);
  expect(there).toMatch(/^06-15 08:00:07 {2}/);
  expect(old).toMatch(/^2021-01-01 04:00:00 {2}/);
});

describe('a page', () => {
  const calls = [
    cc({ agentName: '王小明 (客服中心 香港)', recordUrl: 'https://x' }),
    cc({ caller: 'sip:85235757581@10.0.0.1', callee: '+852 3853-3300' }),
    viewed('pns', { id: '1604763745256783872', caller: '85235757581', startAt: NOON / 1000 }),
    viewed('icc', { data: { id: '0605589a-c1f7-47a5-b75c-3e639e1b928a', speechCallResult: 4, acw: 'x' } }),
    viewed('cc', { callId: 'x' }),
  ];

  test.each([80, 100, 120])('fits %d columns', (width) => {
    for (const line of lines(calls, width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
  });

  test('shows a 19-digit id as a whole if there is room, and the ends of it if there is not', () => {
    expect(lines(calls, 1_000).join('\n')).toContain('  pns#1604763745256783872  ');
    expect(lines(calls, 100).join('\n')).toMatch(/ {2}pns#\d+…\d+ {2}/);
  });

  test('shows numbers of eleven digits as a whole on 80 columns', () => {
    expect(
      lines([cc({ agentName: 'fang.cheng@nxcloud.com', recordUrl: 'https://x' })], 80).join('\n'),
    ).toContain('85235757581 -> 85238533300');
  });

  test('has no empty column, and shows a call without fields by its key', () => {
    const [titles, row] = lines([viewed('cc', { callId: 'x' })]);

    expect(titles).toMatch(/^Time +Call$/);
    expect(row).toMatch(/ cc#x$/);
  });
});

test('columns stay in line over pages, and titles come again only with other columns', () => {
  const table = tableOf('UTC', 100);
  const first = table([cc()]);
  const same = table([cc({ callId: 'c' })]);
  const wider = table([cc({ agentName: 'Max' })]);

  expect([first.length, same.length, wider.length]).toEqual([2, 1, 2]);
  expect(same[0]?.indexOf('->')).toBe(first[1]?.indexOf('->'));
});

const OBEYED = /[\p{Cc}\u202e]/u;

test('no line has terminal control characters, whatever a call contains', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      const call = { ...cc(), pk: `cc#${text}`, caller: text, agentName: text, status: `unknown:${text}` };
      for (const line of tableOf('UTC', 100)([call as CallView])) expect(line).not.toMatch(OBEYED);
    }),
  );
});

test.each([
  [{ answered: true, status: 'normal-end' }, 'answered'],
  [{ answered: true, status: 'transferred' }, 'answered, transferred'],
  [{ answered: false, status: 'no-answer' }, 'no answer'],
  [{ answered: false, status: 'normal-end' }, 'unanswered'],
  [{ answered: false, abandoned: true, status: 'abandoned-in-queue' }, 'abandoned in queue'],
  [{ answered: true, abandoned: true, status: 'ended' }, 'abandoned'],
  [{ status: 'calling' }, 'calling'],
  [{ status: 'unknown:7' }, 'unknown (7)'],
  [{}, ''],
])('%j is shown as %j', (fields, words) => {
  expect(resultOf(fields as CallView)).toBe(words);
});

test.each([
  [0, '00:00'],
  [372, '06:12'],
  [3_723, '1:02:03'],
  [90_000, '25:00:00'],
])('%d seconds are %s', (seconds, shown) => {
  expect(clock(seconds)).toBe(shown);
});

test('an hour that the clocks repeat is shown as they do', () => {
  expect(localTime('2026-10-25T00:30:00.000Z', 'Europe/Berlin')).toBe('2026-10-25 02:30:00');
  expect(localTime('2026-10-25T01:30:00.000Z', 'Europe/Berlin')).toBe('2026-10-25 02:30:00');
});

describe('a timeline', () => {
  test('is to scale', () => {
    const call = callWith('cc', { startTime: NOON, answerTime: NOON + 25_000, endTime: NOON + 100_000 });
    const [start = 0, answer = 0, end = 0] = timelineOf(call as CallView, [], 'UTC', 100).map((line) =>
      line.indexOf('|'),
    );

    expect((answer - start) / (end - start)).toBeCloseTo(0.25, 1);
  });

  test('has no bar if everything happened at once, and no line without events', () => {
    expect(timelineOf(callWith('cc', { startTime: NOON }) as CallView, [], 'UTC', 100)).toEqual([
      `  ${YEAR}-06-15 12:00:07  +00:00  started`,
    ]);
    expect(timelineOf(callWith('cc', {}) as CallView, [], 'UTC', 100)).toEqual([]);
  });
});

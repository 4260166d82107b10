import { styleText } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from 'dynalite/db/index.js';
import { describe, expect, test, vi } from 'vitest';
import { callLine } from '../../local/call-line.ts';
import { reporter } from '../../local/report.ts';
import { eventLine, timeOfDay } from '../../local/terminal.ts';
import { printable } from '../../shared/telemetry/printable.ts';

const item = (call: object) => marshall(call) as Item;

test('a line has the time of this machine, what happened, and to what', () => {
  const line = eventLine('call', 'pns#45', '', undefined, 'answered 6 s');

  expect(line).toMatch(/^\d\d:\d\d:\d\d {2}call {10}pns#45 {2}answered 6 s$/);
});

test('the time is that of the zone of this machine', () => {
  vi.stubEnv('TZ', 'Asia/Shanghai');
  expect(timeOfDay(new Date('2026-11-26T17:16:04Z'))).toBe('01:16:04');
  vi.unstubAllEnvs();
});

test('a line that needs action is red, unless colours are off', () => {
  vi.stubEnv('FORCE_COLOR', '1');
  expect(eventLine('failed', 'pns')).toContain(styleText('red', 'failed      '));
  vi.unstubAllEnvs();
  vi.stubEnv('NO_COLOR', '1');
  expect(eventLine('failed', 'pns')).not.toContain('\u001b');
  vi.unstubAllEnvs();
});

test.each([
  ['\u001b[2J', '\\u001b[2J'],
  ['a\nb\r\tc', 'a\\u000ab\\u000d\\u0009c'],
  ['\u0085\u009b31m', '\\u0085\\u009b31m'],
  ['\u202e321', '\\u202e321'],
  ['客服 ☎ 😀', '客服 ☎ 😀'],
])('%j is printed as %s', (text, printed) => {
  expect(printable(text)).toBe(printed);
  expect(eventLine('call', text)).toContain(printed);
});

describe('a call', () => {
  const pns = { pk: 'pns#45', callback: 'pns', caller: '85235757583', callee: '85238533300' };

  test.each([
    [{ answered: true, talkSeconds: 6 }, 'answered 6 s'],
    [{ answered: true }, 'answered'],
    [{ answered: false }, 'not answered'],
    [{ answered: false, abandoned: true }, 'abandoned'],
    [{ status: 'busy' }, 'busy'],
    [{}, ''],
  ])('of %j was %s', (fields, outcome) => {
    expect(callLine({ after: item({ ...pns, ...fields }) })).toEqual([
      'pns#45',
      '85235757583 -> 85238533300',
      outcome,
      '',
    ]);
  });

  test('with a field that could not be read says so', () => {
    const after = item({ ...pns, issues: [{ path: 'startAt', message: 'is no time' }] });

    expect(callLine({ after })).toContain('unreadable: startAt');
  });

  test('is shown again only if its line has news', () => {
    const before = item({ ...pns, answered: true });

    expect(callLine({ before, after: item({ ...pns, answered: true, cost: '1' }) })).toBeUndefined();
    expect(callLine({ before, after: item({ ...pns, answered: true, talkSeconds: 6 }) })).toBeDefined();
    expect(callLine({ before })).toBeUndefined();
  });

  test('of the predictive dialer is shown as it starts and as it ends', () => {
    const calling = { pk: 'predictive#a', callback: 'predictive', callee: '812345613', status: 'calling' };
    const answered = { ...calling, status: 'answered', answered: true };
    const ended = { ...answered, endedAt: '2019-05-24T06:09:12.815Z' };
    const lines = [calling, answered, ended].map((call, index, calls) => {
      const before = calls[index - 1];
      return callLine({ after: item(call), ...(before && { before: item(before) }) });
    });

    expect(lines).toEqual([
      ['predictive#a', '-> 812345613', 'calling', ''],
      undefined,
      ['predictive#a', '-> 812345613', 'answered', ''],
    ]);
  });
});

describe('the log of the functions', () => {
  const logged = (entry: object) => {
    const lines: string[] = [];
    const report = reporter((line) => lines.push(line.slice(10)), 'functions.log');
    const rejected = { pk: 'rejected#pns', issues: [{ path: 'id', message: 'is missing' }] };
    report.received('1', JSON.stringify({ pk: 'pns#45' }));
    report.received('2', JSON.stringify(rejected));
    report.line(JSON.stringify({ callback: 'pns', ref: '0123456789abcdef', ...entry }));
    return lines;
  };

  test.each([
    [{ message: 'duplicate', messageId: '1' }, ['duplicate     pns#45']],
    [{ message: 'failed', messageId: '1', reason: 'TimeoutError' }, ['failed        pns#45  TimeoutError']],
    [{ message: 'stored', messageId: '2' }, ['rejected      rejected#pns  id is missing']],
    [{ message: 'duplicate', messageId: '2' }, ['duplicate     rejected#pns  id is missing']],
    [{ message: 'unprojected', reason: 'Error' }, ['unprojected   pns 0123456789abcdef  Error']],
    [{ message: 'unauthorized', ref: undefined }, ['unauthorized  pns']],
    [{ message: 'stored', messageId: '1' }, []],
    [{ message: 'accepted' }, []],
  ])('%j is shown as %j', (entry, lines) => {
    expect(logged(entry)).toEqual(lines);
  });
});

test('a delivery that becomes no call has a line too', () => {
  const say = vi.fn();
  const report = reporter(say, 'functions.log');
  report.call({ after: item({ pk: 'pns#45', callback: 'pns' }) });
  report.projected(['pns#45', 'predictive#agent:a', 'predictive#agent:a', 'rejected#pns']);

  expect(say.mock.calls.flat().map((line) => line.slice(10))).toEqual([
    'call          pns#45',
    'stored        predictive#agent:a',
  ]);
});

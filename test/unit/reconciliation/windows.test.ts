import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  askedFor,
  duePeriod,
  isSettled,
  settledUntil,
  windowAt,
} from '../../../shared/reconciliation/windows.ts';

const NOW = new Date('2026-11-26T10:00:05.678Z');
const started = (startedAt: string, finishedAt?: string) => ({
  from: '2026-11-25T03:00:00.000Z',
  to: '2026-11-26T08:50:00.000Z',
  startedAt,
  ...(finishedAt && { finishedAt }),
});

describe('the schedule compares', () => {
  test('a day at first, up to ten minutes ago', () => {
    expect(duePeriod(undefined, 'daily', NOW)).toEqual({
      from: '2026-11-25T09:50:05.000Z',
      to: '2026-11-26T09:50:05.000Z',
    });
  });

  test('what it has not finished, due or not', () => {
    const last = started('2026-11-26T09:59:00.000Z');

    expect(duePeriod(last, 'daily', NOW)).toEqual({ from: last.from, to: last.to });
  });

  test('from six hours before the end of its last period', () => {
    const last = started('2026-11-26T09:00:00.000Z', '2026-11-26T09:01:00.000Z');

    expect(duePeriod(last, 'hourly', NOW)).toEqual({
      from: '2026-11-26T02:50:00.000Z',
      to: '2026-11-26T09:50:05.000Z',
    });
  });

  test.each([
    ['2026-11-25T10:00:30.000Z', true],
    ['2026-11-25T10:02:00.000Z', false],
  ])('once in 24 hours if it is daily: after %s, %s', (startedAt, isDue) => {
    expect(duePeriod(started(startedAt, NOW.toISOString()), 'daily', NOW) !== undefined).toBe(isDue);
  });
});

const iso = (time: number) => new Date(time).toISOString();
const BEGIN = Date.parse('2026-11-25T00:00:00Z');

test('the windows of a period follow each other to its end, of an hour at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 * 3600 }), (seconds) => {
      const period = { from: iso(BEGIN), to: iso(BEGIN + seconds * 1000) };
      let position = period.from;
      for (let n = 0; position < period.to; n++) {
        const window = windowAt(period, position);

        expect(window.from).toBe(position);
        expect(Date.parse(window.to) - Date.parse(window.from)).toBeLessThanOrEqual(3_600_000);
        expect(n).toBeLessThan(41);
        position = window.to;
      }

      expect(position).toBe(period.to);
    }),
    { seed: 20_261_126 },
  );
});

test('a window is asked for with ten minutes more at both ends, and with nothing that is not settled', () => {
  const window = { from: '2026-11-26T08:00:00.000Z', to: '2026-11-26T09:00:00.000Z' };
  const asked = { from: '2026-11-26T07:50:00.000Z', to: '2026-11-26T09:10:00.000Z' };

  expect(askedFor(window, NOW)).toEqual(asked);
  expect(askedFor({ ...window, to: settledUntil(NOW) }, NOW)).toEqual({ ...asked, to: settledUntil(NOW) });
});

test.each<[endedAt: string | undefined, settled: boolean]>([
  ['2026-11-26T09:50:04.999Z', true],
  ['2026-11-26T09:50:05.000Z', false],
  ['2026-11-26T10:05:00.000Z', false],
  ['2099-01-01T00:00:00.000Z', true],
  [undefined, true],
])('of a call that ended at %s, everything can be expected to be here: %s', (endedAt, settled) => {
  expect(isSettled(endedAt, NOW)).toBe(settled);
});

test('a list is settled ten minutes ago, in whole seconds', () => {
  expect(settledUntil(NOW)).toBe('2026-11-26T09:50:05.000Z');
});

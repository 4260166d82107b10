import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockOf } from '../../shared/calls/clock.ts';

const ZONES = ['Asia/Shanghai', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];
const HOUR = 3_600_000;

/** What the clocks show, by the platform's own tables. Swedish writes it as ISO 8601 does. */
const shown = (instant: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(instant);

test.each(ZONES)('the clocks of %s show what those of the platform show', (zone) => {
  const { localAt } = clockOf(zone);
  const instant = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) });

  fc.assert(
    fc.property(instant, (time) => {
      expect(localAt(time).slice(0, 19).replace('T', ' ')).toBe(shown(time, zone));
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('the clocks change at the very moment', () => {
  const { localAt } = clockOf('America/New_York');
  const change = Date.UTC(2026, 10, 1, 6);

  expect([change - 1, change, change - 1].map(localAt)).toEqual([
    '2026-11-01T01:59:59.999Z',
    '2026-11-01T01:00:00.000Z',
    '2026-11-01T01:59:59.999Z',
  ]);
});

describe('hours', () => {
  const of = (zone: string, start: string, length: number, from = '2020-01-01', until = '2030-01-01') =>
    clockOf(zone).hoursBetween(
      Date.parse(`${start}Z`),
      Date.parse(`${start}Z`) + length * HOUR,
      Date.parse(from),
      Date.parse(until),
    );

  test.each([
    ['a day', 'Asia/Shanghai', '2026-11-01T00:00', 24, 24],
    ['a day on which clocks go back', 'America/New_York', '2026-11-01T00:00', 24, 25],
    ['a day on which clocks go forward', 'America/New_York', '2026-03-08T00:00', 24, 23],
    ['an hour that comes twice', 'America/New_York', '2026-11-01T01:00', 1, 2],
    ['an hour that does not come', 'America/New_York', '2026-03-08T02:00', 1, 0],
    ['an hour of which half comes twice', 'Australia/Lord_Howe', '2026-04-05T01:00', 1, 1.5],
  ])('of %s in %s', (_what, zone, start, length, hours) => {
    expect(of(zone, start, length)).toBe(hours);
  });

  test('are those of the period only', () => {
    const [from, until] = ['2026-11-25T18:00:00Z', '2026-11-26T01:00:00Z'];

    expect(of('Asia/Shanghai', '2026-11-26T00:00', 24, from, until)).toBe(7);
    expect(of('Asia/Shanghai', '2026-11-25T00:00', 24, from, until)).toBe(0);
  });
});

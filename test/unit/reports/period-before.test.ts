import { expect, test } from 'vitest';
import { periodBefore } from '../../../shared/reports/period-before.ts';

test.each([
  [
    'a day is compared with the day before',
    'Asia/Shanghai',
    '2026-11-25T16:00',
    '2026-11-26T16:00',
    '2026-11-24T16:00',
  ],
  [
    'a day is compared with one of 25 hours',
    'America/New_York',
    '2026-11-02T05:00',
    '2026-11-03T05:00',
    '2026-11-01T04:00',
  ],
  [
    'a day of 23 hours is compared with one of 24',
    'America/New_York',
    '2026-03-08T05:00',
    '2026-03-09T04:00',
    '2026-03-07T05:00',
  ],
  ['November is compared with 30 days', 'UTC', '2026-11-01T00:00', '2026-12-01T00:00', '2026-10-02T00:00'],
  [
    'hours are compared with as many hours',
    'America/New_York',
    '2026-11-01T12:00',
    '2026-11-01T15:30',
    '2026-11-01T08:30',
  ],
  [
    'noon to noon is compared with days',
    'America/New_York',
    '2026-11-01T17:00',
    '2026-11-02T17:00',
    '2026-10-31T16:00',
  ],
])('%s', (_what, zone, from, to, before) => {
  const iso = (time: string) => `${time}:00.000Z`;

  expect(periodBefore({ from: iso(from), to: iso(to) }, zone)).toEqual({ from: iso(before), to: iso(from) });
});

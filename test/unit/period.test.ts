import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isZone, readTime } from '../../shared/calls/period.ts';
import { isCursor } from '../../shared/calls/query.ts';

const ZONES = [
  'Asia/Shanghai',
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];

describe('a time', () => {
  test.each([
    ['an instant', '2026-11-26T08:00:00Z', 'Asia/Shanghai', '2026-11-26T08:00:00.000Z'],
    ['an instant with an offset', '2026-11-26T08:00:00.5+08:00', 'UTC', '2026-11-26T00:00:00.500Z'],
    ['a local time', '2026-11-26T08:00', 'Asia/Shanghai', '2026-11-26T00:00:00.000Z'],
    ['a date', '2026-11-26', 'Asia/Shanghai', '2026-11-25T16:00:00.000Z'],
    ['a local time that clocks leave out', '2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['a local time that clocks have twice', '2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['a day without midnight', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['a day that a zone left out', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('is read from %s', (_what, written, zone, time) => {
    expect(readTime(written, zone, 'from')).toBe(time);
  });

  test('to a date ends where the next date begins', () => {
    const date = fc.date({ min: new Date('2001-01-01'), max: new Date('2099-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.constantFrom(...ZONES), (at, zone) => {
        const [day, next] = [at.getTime(), at.getTime() + 86_400_000].map((ms) =>
          new Date(ms).toISOString().slice(0, 10),
        );
        const end = readTime(day ?? '', zone, 'to') ?? '';
        const local = new Intl.DateTimeFormat('en-CA', { timeZone: zone });

        expect(end).toBe(readTime(next ?? '', zone, 'from'));
        expect(local.format(new Date(end))).toBe(next);
        expect(local.format(new Date(Date.parse(end) - 1))).toBe(day);
      }),
    );
  });

  test.each([
    '',
    'now',
    '2026-02-30',
    '2026-13-01',
    '2026-11-26T25:00',
    '26-11-2026',
    '1899-12-31',
    '2201-01-01',
    '2026-11-26T08:00:00 08:00',
    '1700000000',
  ])('is not %j', (written) => {
    expect(readTime(written, 'UTC', 'from')).toBeUndefined();
  });
});

test.each(ZONES)('%s is a zone', (zone) => expect(isZone(zone)).toBe(true));
test.each(['', 'Asia/Nowhere', '../UTC', '+99:00'])('%j is no zone', (zone) =>
  expect(isZone(zone)).toBe(false),
);

test.each([
  '2026-11-26',
  '2026-11-26T08:00:00.000Z',
  '~2100-01-02',
  '2026-11-26T08:00:00.000Z#0123456789abcdef',
])('%s is a cursor', (text) => expect(isCursor(text)).toBe(true));
test.each([
  '',
  '~',
  '2026-02-30',
  '2026-11-26T24:00:00.000Z',
  '2026-11-26T08:00:00Z',
  '2026-11-26#0123456789abcdef',
  '2026-11-26\n',
])('%j is no cursor', (text) => expect(isCursor(text)).toBe(false));

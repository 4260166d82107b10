import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../../../page/reports/figures.ts';
import { daysFrom, hoursOf, weekdayOf, weekOf } from '../../../page/reports/series.ts';

const row = (key: string, offered: number, answered = 0): Row => ({
  ...{ key, keys: [key], offered, answered, unanswered: offered - answered, abandoned: 0, talkSeconds: 0 },
});

const pad = (number: number) => String(number).padStart(2, '0');
// Hours of March 2025, which begins on a Saturday, in the order in which the API has them.
const rows = fc
  .uniqueArray(
    fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      hour: fc.integer({ min: 0, max: 23 }),
      calls: fc.nat(99),
    }),
    {
      selector: ({ day, hour }) => `${day} ${hour}`,
    },
  )
  .map((cells) =>
    cells.map(({ day, hour, calls }) => row(`2025-03-${pad(day)}T${pad(hour)}`, calls, calls >> 1)),
  );

test('the bars of days have every call of the period once', () => {
  fc.assert(
    fc.property(rows, (hours) => {
      const bars = daysFrom('2025-03-01', 28, hours);

      expect(bars.map(({ key }) => key)).toEqual(
        Array.from({ length: 28 }, (_, n) => `2025-03-${pad(n + 1)}`),
      );
      for (const bar of bars) {
        const own = hours.filter(({ key }) => key.startsWith(bar.key));
        expect(bar.offered).toBe(own.reduce((sum, { offered }) => sum + offered, 0));
        expect(bar.answered).toBe(own.reduce((sum, { answered }) => sum + answered, 0));
      }
    }),
  );
});

test('the bars of a day are hours without a gap, with every call of the day', () => {
  fc.assert(
    fc.property(rows, (hours) => {
      const bars = hoursOf('2025-03-05', hours);
      const numbers = bars.map(({ key }) => Number(key.slice(11)));

      expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n));
      const own = hours.filter(({ key }) => key.startsWith('2025-03-05'));
      for (const { key, offered } of own) expect(bars.find((bar) => bar.key === key)?.offered).toBe(offered);
      expect(bars.reduce((sum, { offered }) => sum + offered, 0)).toBe(
        own.reduce((sum, { offered }) => sum + offered, 0),
      );
    }),
  );
});

test('the week has the calls of an average hour', () => {
  fc.assert(
    fc.property(rows, (hours) => {
      const { cells } = weekOf('2025-03-01', 28, hours);
      // Each weekday is in four weeks four times.
      const calls = cells.flat().reduce((sum, one) => sum + 4 * one, 0);

      expect(calls).toBeCloseTo(hours.reduce((sum, { offered }) => sum + offered, 0));
      for (const { key } of hours) {
        const [weekday, hour] = [weekdayOf(key.slice(0, 10)), Number(key.slice(11))];
        const same = hours.filter(
          (one) => weekdayOf(one.key.slice(0, 10)) === weekday && Number(one.key.slice(11)) === hour,
        );
        expect(cells[weekday]?.[hour]).toBeCloseTo(same.reduce((sum, { offered }) => sum + offered, 0) / 4);
      }
    }),
  );
});

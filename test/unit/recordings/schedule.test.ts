import { expect, test } from 'vitest';
import { nextWait } from '../../../shared/recordings/schedule.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The waits of a recording that is never there, if each attempt takes so long. */
const waitsOf = (attemptSeconds: number): number[] => {
  const waits: number[] = [];
  for (let age = attemptSeconds; ; age += attemptSeconds) {
    const wait = nextWait(age);
    if (wait === undefined) return waits;
    waits.push(wait);
    age += wait;
  }
};

test('a recording is tried after 1, 5 and 15 minutes, 1 and 4 hours, then every 11 hours, over two days', () => {
  const first = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR];

  expect(waitsOf(1)).toEqual([...first, ...Array(4).fill(11 * HOUR)]);
});

test('a slow attempt adds no attempts, and no wait that SQS cannot hide', () => {
  for (const seconds of [10, 61, 600]) {
    const waits = waitsOf(seconds);
    expect(waits.length).toBeLessThanOrEqual(9);
    expect(Math.max(...waits) + 600).toBeLessThan(12 * HOUR);
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(47 * HOUR);
  }
});

import { expect, test } from 'vitest';
import { readSince } from '../../commands/lib/since.ts';

test.each([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T08:00+08:00', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T08:00:00.5Z', '2026-11-01T08:00:00.500Z'],
])('reads %s as a date', (written, iso) => {
  expect(readSince(written)).toBe(iso);
});

test.each(['last-7', '99', '2026-02-30', '2026-11-1', '2026-11-01T25:00Z', '2026-11-01T10:00'])(
  'does not read %s as a date',
  (written) => {
    expect(() => readSince(written)).toThrow(`--since ${written} is not a date`);
  },
);

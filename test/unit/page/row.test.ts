import { expect, test } from 'vitest';
import { outcomeOf } from '../../../page/calls/row.ts';

const MINUTE_MS = 60_000;

const begunBefore = (minutes: number) => ({
  at: `${new Date(Date.now() - minutes * MINUTE_MS).toISOString()}#ref`,
  callback: 'predictive',
  status: 'connected' as const,
});

test('a call without an end counts as in progress for at most two hours', () => {
  expect(outcomeOf(begunBefore(119)).tone).toBe('live');
  expect(outcomeOf(begunBefore(121)).tone).toBe('idle');
  expect(outcomeOf({ ...begunBefore(121), answered: true }).tone).toBe('good');
});

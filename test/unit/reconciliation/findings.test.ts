import { expect, test } from 'vitest';
import { addDifferent, addMissing, addUnexpected } from '../../../shared/reconciliation/findings.ts';
import { begunRun } from '../../../shared/reconciliation/run.ts';

const PERIOD = { from: '2026-11-25T00:00:00.000Z', to: '2026-11-26T00:00:00.000Z' };

test('a run names a thousand calls of each kind, and counts all', () => {
  const run = begunRun(PERIOD);
  for (let n = 0; n < 1_234; n++) {
    const found = { pk: `cc#${n}`, at: `2026-11-25T${n % 2 === 0 ? '04' : '05'}:00:00.000Z` };
    addMissing(run, found);
    addDifferent(run, { ...found, fields: {} });
    addUnexpected(run, found);
  }

  expect([run.missing, run.different, run.unexpected].map(({ length }) => length)).toEqual([
    1_000, 1_000, 1_000,
  ]);
  expect([run.missingCount, run.differentCount, run.unexpectedCount]).toEqual([1_234, 1_234, 1_234]);
  expect(run.missingByHour).toEqual({ '2026-11-25T04': 617, '2026-11-25T05': 617 });
});

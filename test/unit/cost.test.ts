import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { costTables, PARTS, totalOf } from '../../commands/lib/cost.ts';
import { ROOT } from '../support/run.ts';

test('docs/cost.md has the figures that npm run cost prints', () => {
  expect(readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8')).toContain(`\n${costTables()}\n`);
});

test('a month costs what stands idle, and each million callbacks as much as the one before', () => {
  const idle = PARTS.reduce((sum, { price, idle }) => sum + price * idle, 0);

  expect(totalOf(0)).toBeCloseTo(idle);
  expect(totalOf(3) - totalOf(2)).toBeCloseTo(totalOf(1) - totalOf(0));
});

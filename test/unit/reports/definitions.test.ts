import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callbacks } from '../../../shared/callbacks/list.ts';
import { FIGURE_NAMES } from '../../../shared/reports/figures.ts';
import { GROUPINGS } from '../../../shared/reports/groupings.ts';
import { ROOT } from '../../support/run.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'reports.md'), 'utf8');
const firstCells = (text: string) =>
  text.split('\n').flatMap((line) => /^\| `(\w+)`[^|]*\|/.exec(line)?.[1] ?? []);

test('docs/reports.md defines each figure once, in the order of an answer', () => {
  const tables = PAGE.split('\n\n').filter((part) => part.startsWith('| figure |'));

  expect(tables.flatMap(firstCells)).toEqual(FIGURE_NAMES);
});

test('docs/reports.md explains every grouping, and what each product provides', () => {
  expect(firstCells(PAGE)).toEqual(expect.arrayContaining([...GROUPINGS]));
  for (const { name } of callbacks) expect(PAGE).toMatch(new RegExp(`\\| figure .*\\b${name}\\b`));
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyProject } from '../support/project.ts';
import { plainEnvironment, ROOT, run } from '../support/run.ts';

const project = copyProject();
afterAll(() => project.remove());

const rows = (dir: string): [name: string, dollars: number[]][] =>
  readFileSync(join(dir, 'docs', 'cost.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|') && line.includes('$'))
    .map((line) => {
      const [name = '', ...cells] = line.split('|').slice(1, -1);
      return [name.trim(), cells.map((cell) => Number(cell.replace(/[^\d.]/g, '')))];
    });

test('cost says which setting keeps the stack from being packaged', async () => {
  const env = plainEnvironment({ LOG_RETENTION_DAYS: '8' });
  const { code, output } = await run(process.execPath, ['commands/cost.ts'], env, project.dir);

  expect(code).toBe(1);
  expect(output).toMatch(/^The stack cannot be packaged\. Error:\nLOG_RETENTION_DAYS is "8": /);
  expect(output).not.toMatch(/^\s+at /m);
});

test('docs/cost.md says what npm run cost computes today, within a tenth', async () => {
  const { code, output } = await run(process.execPath, ['commands/cost.ts'], plainEnvironment(), project.dir);
  const today = rows(project.dir);

  expect(output).toContain('Written to docs/cost.md');
  expect(code).toBe(0);
  const refresh = 'run "npm run cost" and commit docs/cost.md';
  expect(
    rows(ROOT).map(([name]) => name),
    refresh,
  ).toEqual(today.map(([name]) => name));
  for (const [index, [name, dollars]] of rows(ROOT).entries()) {
    for (const [column, amount] of dollars.entries()) {
      const computed = today[index]?.[1][column] ?? Number.NaN;
      const drift = `${name}: $${amount} is $${computed} today; where that is as it should be, ${refresh}`;
      expect(Math.abs(amount - computed), drift).toBeLessThanOrEqual(0.01 + computed / 10);
    }
  }
});

import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

const sources = globSync(['functions/*.ts', 'shared/*.ts'], { cwd: ROOT });

const importsOf = (file: string): string[] => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const specifiers = [...source.matchAll(/from '([^']+)'|import\('([^']+)'\)/g)].map(
    ([, a, b]) => a ?? b ?? '',
  );
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? relative(ROOT, join(ROOT, file, '..', specifier)) : specifier,
  );
};

const reachableFrom = (file: string, seen = new Set<string>()): Set<string> => {
  for (const imported of importsOf(file)) {
    if (!imported.endsWith('.ts') || seen.has(imported)) continue;
    seen.add(imported);
    reachableFrom(imported, seen);
  }
  return seen;
};

const callbacks = sources.filter((file) => file.startsWith('functions/') && !file.endsWith('consumer.ts'));

test('finds the sources', () => {
  expect(callbacks).toContain('functions/pns.ts');
  expect(reachableFrom('functions/consumer.ts')).toContain('shared/table.ts');
});

test.each(sources)('%s imports only from shared/ and packages', (file) => {
  const local = importsOf(file).filter((imported) => imported.endsWith('.ts'));

  expect(local.filter((imported) => !imported.startsWith('shared/'))).toEqual([]);
});

test.each(callbacks)('%s cannot reach the table', (file) => {
  expect([...reachableFrom(file)]).not.toContain('shared/table.ts');
});

test('the consumer cannot reach a callback, nor what only callbacks need', () => {
  const reached = [...reachableFrom('functions/consumer.ts')];

  expect(reached.filter((file) => file.startsWith('functions/'))).toEqual([]);
  expect(reached).not.toContain('shared/receiver.ts');
  expect(reached).not.toContain('shared/queue.ts');
});

test('tokens are compared over all digests by timingSafeEqual, and by nothing else', () => {
  const source = readFileSync(join(ROOT, 'shared/auth.ts'), 'utf8');
  const [comparison = ''] = /export const isAuthorized.*?^};/ms.exec(source) ?? [];

  expect(comparison).toMatch(
    /digests\.reduce\(.* => timingSafeEqual\(digest, presented\) \|\| matches, false\)/,
  );
  expect(comparison).not.toMatch(/[=!]==|&&|\?|digests\.(?!reduce)|\.(equals|compare|includes|indexOf)\(/);
});

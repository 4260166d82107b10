import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage } from '../support/markdown.ts';
import { ROOT } from '../support/run.ts';

const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { version, scripts, devDependencies } = JSON.parse(textOf('package.json'));

test('package.json, package-lock.json and CHANGELOG.md have the same version', () => {
  const lock = JSON.parse(textOf('package-lock.json'));
  const [newest] = readPage('CHANGELOG.md').headings.filter(({ text }) => /^\d/.test(text));

  expect([lock.version, lock.packages[''].version]).toEqual([version, version]);
  expect(newest?.text.split(' - ')[0]).toBe(version);
});

test('every release except the first says how to upgrade', () => {
  const releases = textOf('CHANGELOG.md')
    .split(/^## (?=\d)/m)
    .slice(1, -1);

  expect(releases.length).toBeGreaterThan(0);
  for (const release of releases) expect(release).toContain('### Upgrade');
});

test('installing the project runs no script of it', () => {
  const hooks = [
    'preinstall',
    'install',
    'postinstall',
    'prepublish',
    'preprepare',
    'prepare',
    'postprepare',
  ];

  expect(hooks.filter((name) => Object.hasOwn(scripts, name))).toEqual([]);
});

test('.nvmrc names the Node on which the scripts run', () => {
  expect(devDependencies.node).toMatch(new RegExp(`^\\^${textOf('.nvmrc').trim()}\\.`));
});

test('npm hides no warning', () => {
  expect(textOf('.npmrc')).not.toMatch(/loglevel|audit|silent/);
});

test('pull requests run what a clean machine runs', () => {
  expect(textOf('.github/workflows/ci.yml')).toContain('run: .ci/run');
});

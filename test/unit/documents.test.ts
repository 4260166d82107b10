import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { anchorsOf, isRow, type Line, type Page, readPage } from '../support/markdown.ts';
import { ROOT } from '../support/run.ts';

const COLUMNS = 100;
const FOLDERS = ['.', 'docs', 'page', '.github'];

/** Every page of the project. */
const PAGES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => readPage(join(folder, name))),
);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Why a link leads nowhere; undefined if it leads somewhere, or out of the project. */
const brokenLink = ({ file }: Page, link: string): string | undefined => {
  if (/^(https?|mailto):/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, target))) return `${link}: there is no ${relative('.', target)}`;
  if (anchor === undefined || anchorsOf(readPage(target)).has(anchor)) return undefined;
  return `${link}: ${target} has no such heading`;
};

/** The scripts of npm that a page names. */
const scriptsOf = ({ lines }: Page): string[] => {
  const text = lines.map((line) => line.text).join('\n');
  return [...text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
};

// Tables, code and what a command writes are not wrapped, nor is what has no space to wrap at.
const isTooLong = ({ text, isCode, isGenerated }: Line): boolean =>
  !isCode &&
  !isGenerated &&
  !isRow(text) &&
  stringWidth(text) > COLUMNS &&
  /\S\s+\S/.test(text.slice(0, COLUMNS).trim());

describe.each(PAGES)('$file', (page) => {
  test('links only to pages, headings and pictures that exist', () => {
    expect(page.links.map((link) => brokenLink(page, link)).filter(Boolean)).toEqual([]);
  });

  test('names only scripts of package.json', () => {
    expect(scriptsOf(page).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('is wrapped at 100 columns', () => {
    expect(page.lines.filter(isTooLong).map(({ number, text }) => `${number}: ${text}`)).toEqual([]);
  });
});

test('the pages name every script of package.json', () => {
  const named = new Set([...PAGES.flatMap(scriptsOf), 'start', 'test']);

  expect(Object.keys(scripts).filter((name) => !named.has(name))).toEqual([]);
});

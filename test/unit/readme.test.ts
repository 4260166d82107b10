import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { codesOf, type Page, readPage } from '../support/markdown.ts';
import { ROOT } from '../support/run.ts';

const [ENGLISH, CHINESE] = [readPage('README.md'), readPage('README.zh-CN.md')];
const COLUMNS = 100;

/** What is typed, without what is said about it. */
const commandsOf = ({ blocks }: Page) =>
  blocks.map(({ language, lines }) => ({ language, lines: lines.map((line) => line.replace(/ +# .*/, '')) }));

/** What a table has in every language: its shape and its codes. */
const shapeOf = (table: string[][]) => table.map((row) => row.map(codesOf));

/** Where a page leads to; a page and a picture in Chinese count as those in English. */
const targetsOf = ({ links }: Page) =>
  links.filter((link) => !link.startsWith('README')).map((link) => link.replace('-zh.png', '.png'));

describe('README.md and README.zh-CN.md', () => {
  test('link to each other at their top', () => {
    expect(ENGLISH.links[0]).toBe('README.zh-CN.md');
    expect(CHINESE.links[0]).toBe('README.md');
  });

  test('have the same headings, each in its language', () => {
    const levels = ({ headings }: Page) => headings.map(({ level }) => level);

    expect(levels(CHINESE)).toEqual(levels(ENGLISH));
    for (const [index, { text }] of CHINESE.headings.entries()) {
      if (index > 0)
        expect([text, ENGLISH.headings[index]?.text]).toEqual([
          expect.stringMatching(/\p{Script=Han}/u),
          expect.not.stringMatching(/\p{Script=Han}/u),
        ]);
    }
  });

  test('have the same commands and the same diagram', () => {
    expect(commandsOf(CHINESE)).toEqual(commandsOf(ENGLISH));
  });

  test('have the same tables, with the same codes in the same cells', () => {
    expect(CHINESE.tables.map(shapeOf)).toEqual(ENGLISH.tables.map(shapeOf));
  });

  test('link to the same pages', () => {
    expect(targetsOf(CHINESE)).toEqual(targetsOf(ENGLISH));
  });
});

test.each([ENGLISH, CHINESE])('$file fits 100 columns, tables included', ({ lines }) => {
  expect(lines.filter(({ text }) => stringWidth(text) > COLUMNS)).toEqual([]);
});

// A browser shows the end of a line as a space.
test('README.zh-CN.md ends its lines at the end of a word group', () => {
  const isText = ({ isCode, text }: Page['lines'][number]) => !isCode && /^[^#|![-]/.test(text);
  const broken = CHINESE.lines.filter((line, index) => {
    const next = CHINESE.lines[index + 1];
    return isText(line) && next?.text && isText(next) && !/[，。；：、]$/.test(line.text);
  });

  expect(broken).toEqual([]);
});

test('README.md lists every document of docs/', () => {
  const documents = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const listed = ENGLISH.tables.at(-1)?.map(([link]) => /\(docs\/(.+)\)/.exec(link ?? '')?.[1]);

  expect(listed?.filter(Boolean).sort()).toEqual(documents.sort());
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { en as enOfCall } from '../../../page/call/words/en.ts';
import { zh as zhOfCall } from '../../../page/call/words/zh.ts';
import { en as enOfPage } from '../../../page/words/en.ts';
import type { Text } from '../../../page/words/text.ts';
import { zh as zhOfPage } from '../../../page/words/zh.ts';
import { ROOT } from '../../support/run.ts';

const entries = (words: Record<string, Text>) =>
  Object.entries(words).map(
    ([word, text]) => [word, typeof text === 'string' ? [text] : [text.one, text.other]] as const,
  );
const placesIn = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name)).sort();

const sources = globSync('page/**/*.{ts,tsx}', { cwd: ROOT, exclude: ['page/**/words/**'] })
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');

// A word can be made of a code: `status.${state}`.
const made = [...sources.matchAll(/`([\w.]+\.\$\{[\w.]+\}[\w.]*)`/g)].map(
  ([, template = '']) =>
    new RegExp(`^${template.replace(/\$\{[^}]*\}/g, '[\\w=]+').replaceAll('.', '[.]')}$`),
);

const VIEWS = [
  { name: 'the page', en: enOfPage, zh: zhOfPage },
  { name: 'the view of a call', en: enOfCall, zh: zhOfCall },
] as { name: string; en: Record<string, Text>; zh: Record<string, Text> }[];

describe.each(VIEWS)('in $name', ({ en, zh }) => {
  test('every word exists in both languages, and is not empty', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [word, texts] of [...entries(en), ...entries(zh)]) {
      for (const text of texts) expect(text.trim(), word).not.toBe('');
    }
  });

  test('a word has the same values in both languages', () => {
    for (const [word, texts] of entries(en)) {
      const other = entries(zh).find(([name]) => name === word)?.[1] ?? [];
      const values = placesIn(texts.at(-1) ?? '');
      for (const text of [...texts, ...other]) {
        // The singular may say "one" without the number.
        expect(values, word).toEqual(expect.arrayContaining(placesIn(text)));
      }
      expect(placesIn(other.at(-1) ?? ''), word).toEqual(values);
    }
  });

  test('Chinese is Chinese, and English is not', () => {
    const han = /\p{Script=Han}/u;

    expect(entries(en).filter(([, texts]) => texts.some((text) => han.test(text)))).toEqual([]);
    expect(entries(zh).filter(([, texts]) => texts.some((text) => !han.test(text)))).toEqual([]);
  });

  test('Chinese sentences have full-width punctuation', () => {
    const halfWidth = /\p{Script=Han}[,;:!?()]|[,;:!?()]\p{Script=Han}/u;

    expect(entries(zh).filter(([, texts]) => texts.some((text) => halfWidth.test(text)))).toEqual([]);
  });

  test('every word is used', () => {
    const unused = Object.keys(en).filter(
      (word) =>
        !new RegExp(`['"\`]${RegExp.escape(word)}['"\`]`).test(sources) &&
        !made.some((pattern) => pattern.test(word)),
    );

    expect(unused).toEqual([]);
  });
});

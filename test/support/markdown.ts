import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.ts';

/** A line of a page; what a command writes into it is between marks. */
export type Line = { number: number; text: string; isCode: boolean; isGenerated: boolean };

/** A page in Markdown, as far as the tests look at pages. */
export type Page = {
  file: string;
  lines: Line[];
  headings: { level: number; text: string }[];
  /** Blocks of code with their language. */
  blocks: { language: string; lines: string[] }[];
  /** Tables, of rows of cells. */
  tables: string[][][];
  /** Where links and pictures lead to, in order. */
  links: string[];
};

const FENCE = /^\s*```(\w*)/;
const MARK = /^<!-- (\/?)[\w -]+ -->$/;

/** Reads a page of the project. */
export const readPage = (file: string): Page => {
  const lines: Line[] = [];
  const blocks: Page['blocks'] = [];
  let block: Page['blocks'][number] | undefined;
  let isGenerated = false;
  for (const [index, text] of readFileSync(join(ROOT, file), 'utf8').split('\n').entries()) {
    const fence = FENCE.exec(text);
    const mark = MARK.exec(text);
    if (mark) isGenerated = mark[1] === '';
    lines.push({ number: index + 1, text, isCode: Boolean(fence ?? block), isGenerated });
    if (!fence) {
      block?.lines.push(text);
    } else if (block) {
      block = undefined;
    } else {
      block = { language: fence[1] ?? '', lines: [] };
      blocks.push(block);
    }
  }
  const prose = lines.filter(({ isCode }) => !isCode).map(({ text }) => text);
  return {
    file,
    lines,
    headings: prose.flatMap(headingOf),
    blocks,
    tables: tablesOf(prose),
    links: prose.flatMap(linksOf),
  };
};

const headingOf = (line: string): Page['headings'] => {
  const [, marks, text] = /^(#{1,6}) +(.+)$/.exec(line) ?? [];
  return marks && text ? [{ level: marks.length, text }] : [];
};

const tablesOf = (lines: string[]): string[][][] => {
  const tables: string[][][] = [];
  for (const [index, line] of lines.entries()) {
    if (!isRow(line)) continue;
    if (!isRow(lines[index - 1] ?? '')) tables.push([]);
    tables.at(-1)?.push(cellsOf(line));
  }
  return tables;
};

/** Whether a line is a row of a table. */
export const isRow = (line: string): boolean => line.startsWith('|');

const cellsOf = (row: string): string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

const linksOf = (line: string): string[] =>
  [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** The codes between backticks of a text, in order. */
export const codesOf = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([code]) => code);

/** The anchors of a page's headings, as GitHub makes them. */
export const anchorsOf = ({ headings }: Page): Set<string> => {
  const anchors = new Set<string>();
  for (const { text } of headings) {
    const anchor = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    let same = 0;
    while (anchors.has(same ? `${anchor}-${same}` : anchor)) same++;
    anchors.add(same ? `${anchor}-${same}` : anchor);
  }
  return anchors;
};

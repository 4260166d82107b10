import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.ts';

/** The documents that tell people what to type. */
export const DOCUMENTS = [
  ...['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'page/README.md'].filter((file) =>
    existsSync(join(ROOT, file)),
  ),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** A command of a document: where it is, what is typed, and the comments above it. */
export type Typed = { at: string; command: string; comment: string };

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** The commands of a document's `sh` blocks, in their order. */
export const commandsOf = (page: string): Typed[] => {
  const text = textOf(page);
  return [...text.matchAll(/^( *)```sh\n(.*?)^ *```$/gms)].flatMap(
    ({ 1: indent = '', 2: block = '', index }) => {
      const line = text.slice(0, index).split('\n').length + 1;
      return split(
        page,
        line,
        block.split('\n').map((one) => one.slice(indent.length)),
      );
    },
  );
};

/** The commands of ours among the code of a document's sentences and tables. */
export const mentionsOf = (page: string): Typed[] => {
  const text = textOf(page).replace(/^ *```.*?^ *```$/gms, (block) => block.replace(/[^\n]/g, ''));
  return [...text.matchAll(/`((?:npm run|npx serverless)\b[^`]+)`/g)].map(({ 1: command = '', index }) => ({
    at: `${page}:${text.slice(0, index).split('\n').length}`,
    command: command.replace(/\s+/g, ' '),
    comment: '',
  }));
};

const split = (page: string, first: number, lines: string[]): Typed[] => {
  const found: Typed[] = [];
  let [comment, command, at] = ['', '', first];
  lines.forEach((line, n) => {
    if (command === '') at = first + n;
    if (command === '' && line.startsWith('#')) comment += `${line}\n`;
    else if (command !== '' || line !== '') command += `${line}\n`;
    if (command === '' || isOpen(command)) return;
    found.push({ at: `${page}:${at}`, command: command.trim(), comment: comment + commentOf(command) });
    [comment, command] = ['', ''];
  });
  return found;
};

/** Whether a command goes on in the next line. */
const isOpen = (command: string): boolean => {
  const isQuoted = command.replace(/'[^']*'|"(?:\\.|[^"\\])*"/gs, '').match(/['"]/) !== null;
  return isQuoted || /(\\|\|)\n$/.test(command);
};

const commentOf = (command: string): string => / # .*$/.exec(command)?.[0] ?? '';

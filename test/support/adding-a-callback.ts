import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';
import { ROOT } from './run.ts';

const PAGE = join(ROOT, 'docs', 'adding-a-callback.md');

/** The callback that the page adds. */
export const ADDED = 'seats';

/**
 * Adds it to a copy of the project as the page says: its blocks are whole files, or changes of
 * files.
 */
export const addCallback = (project: Project): void => {
  let file = '';
  for (const [, named, kind, block = ''] of readFileSync(PAGE, 'utf8').matchAll(
    /^`([\w./-]+\.\w+)`|^```(ts|json|diff)\n(.*?)^```$/gms,
  )) {
    if (named) file = named;
    else if (kind === 'diff') changeBy(project, file, block.split('\n'));
    else project.write(file, block);
  }
};

const changeBy = ({ change }: Project, file: string, diff: string[]): void => {
  const linesOf = (...marks: string[]) =>
    diff.flatMap((line) => (marks.includes(line.charAt(0)) ? [line.slice(1)] : [])).join('\n');
  const [before, after] = [linesOf(' ', '-'), linesOf(' ', '+')];
  change(file, before, before === '' ? `${after}\n` : after);
};

import { createWriteStream } from 'node:fs';
import { link, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError } from './command-error.ts';

/** A file to be written; `advice` is what to do if there is one with its name. */
export type Place = { file: string; replaces: boolean; advice: string };

/** The file that a person named: npm runs commands in the project's folder, and not in that where it was called. */
export const fileNamed = (out: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), out);

/** Throws a CommandError if a file cannot be there, or is there already and may not be replaced. */
export const checkPlace = async ({ file, replaces, advice }: Place): Promise<void> => {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw new CommandError(`${file} is a folder: --out takes the name of a file.`);
  if (there && !replaces) throw new CommandError(`${file} is there already: ${advice}.`);
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory()) throw new CommandError(`There is no folder ${dirname(file)}.`);
};

/**
 * Writes a file, which only its owner can read, under another name beside it and gives it its name at the end, so that a file with this
 * name is a whole one. Leaves nothing if `bytes` or the signal end it before. Answers how many bytes it has.
 */
export const writeWhole = async (
  { file, replaces, advice }: Place,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> => {
  const partial = join(dirname(file), `${basename(file).slice(0, MAX_NAME)}.${process.pid}.partial`);
  try {
    // What somebody said, and to whom, is for whoever saves it.
    const target = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(Readable.from(bytes), target, { signal });
    await (replaces ? rename : giveName)(partial, file);
    return target.bytesWritten;
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, file, advice);
  } finally {
    await rm(partial, { force: true });
  }
};

// A file system takes names of 255 bytes.
const MAX_NAME = 60;

/** Unlike a renaming, a link never takes a name away from another file; not every file system has them. */
const giveName = async (partial: string, file: string): Promise<void> => {
  try {
    await link(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await rename(partial, file);
  }
};

const explain = (error: NodeJS.ErrnoException, file: string, advice: string): Error => {
  if (error.syscall === undefined || error.code === undefined) return error;
  if (error.code === 'EEXIST') return new CommandError(`${file} is there already: ${advice}.`);
  if (error.code === 'ENOSPC') return new CommandError(`There is no room left on the disk for ${file}.`);
  return new CommandError(`${file} cannot be written: ${error.code}.`);
};

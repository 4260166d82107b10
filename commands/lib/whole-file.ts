import { createWriteStream } from 'node:fs';
import { link, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError } from './command-error.ts';

/** A file to be written; `advice` says what to do if its name is taken. */
export type Place = { file: string; replaces: boolean; advice: string };

/**
 * The file that a person named. npm runs commands in the project's folder, not in the one where it
 * was called.
 */
export const fileNamed = (out: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), out);

/** Throws a CommandError if the file cannot exist there, or exists and may not be replaced. */
export const checkPlace = async ({ file, replaces, advice }: Place): Promise<void> => {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw new CommandError(`${file} is a folder: --out needs the name of a file.`);
  if (there && !replaces) throw new CommandError(`${file} already exists: ${advice}.`);
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory()) throw new CommandError(`There is no folder ${dirname(file)}.`);
};

/**
 * Writes a file that only its owner can read. It has a temporary name until the end, so that a file
 * with this name is complete. Leaves nothing if `bytes` or the signal end it early. Returns how
 * many bytes it has.
 */
export const writeWhole = async (
  { file, replaces, advice }: Place,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> => {
  const partial = join(dirname(file), `${basename(file).slice(0, MAX_NAME)}.${process.pid}.partial`);
  try {
    // What people said is for the eyes of whoever saves it.
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

// File systems allow names of 255 bytes.
const MAX_NAME = 60;

/** Unlike a rename, a link never replaces another file; not every file system has them. */
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
  if (error.code === 'EEXIST') return new CommandError(`${file} already exists: ${advice}.`);
  if (error.code === 'ENOSPC') return new CommandError(`The disk has no space left for ${file}.`);
  return new CommandError(`${file} cannot be written: ${error.code}.`);
};

import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError } from '../command-error.ts';

/** Throws a CommandError if a file cannot be there, or is there already and may not be replaced. */
export const checkPlace = async (path: string, force: boolean): Promise<void> => {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new CommandError(`${path} is a folder: --out takes the name of a file.`);
  if (there && !force) throw new CommandError(`${path} is there already: --force replaces it.`);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) throw new CommandError(`There is no folder ${dirname(path)}.`);
};

/**
 * Writes a file under another name beside it and renames it at the end, so that a file with this name is a whole one. What was
 * written of it is deleted if it does not come to that. Answers its bytes.
 */
export const writeWhole = async (
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> => {
  const partial = `${path}.${process.pid}.partial`;
  try {
    const file = createWriteStream(partial, { flags: 'wx', flush: true });
    await pipeline(Readable.from(bytes), file, { signal });
    await rename(partial, path);
    return file.bytesWritten;
  } catch (error) {
    await rm(partial, { force: true });
    throw explain(error as NodeJS.ErrnoException, path);
  }
};

const explain = (error: NodeJS.ErrnoException, path: string): Error => {
  if (error.code === 'ENOSPC') return new CommandError(`There is no room left on the disk for ${path}.`);
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS')
    return new CommandError(`${path} cannot be written: ${error.code}.`);
  return error;
};

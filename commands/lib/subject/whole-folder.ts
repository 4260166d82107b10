import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError } from '../command-error.ts';

/**
 * Makes a folder, which only its owner can read: `fill` gets one with another name, which is given the name at the end, so that a folder with
 * this name is a whole one. Leaves nothing if `fill` rejects. Throws a CommandError if it cannot be there.
 */
export const writeWholeFolder = async <Filled>(
  folder: string,
  fill: (partial: string) => Promise<Filled>,
): Promise<Filled> => {
  const partial = `${folder}.partial`;
  await makeFolder(folder, partial);
  try {
    const filled = await fill(partial);
    await rename(partial, folder);
    return filled;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};

const makeFolder = async (folder: string, partial: string): Promise<void> => {
  if (await isThere(folder)) throw new CommandError(`${folder} is there already: give another --out.`);
  if (!(await isThere(dirname(folder)))) throw new CommandError(`There is no folder ${dirname(folder)}.`);
  try {
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new CommandError(`${folder} cannot be written: ${code}.`);
    throw new CommandError(
      `${partial} is there, of a run that is under way or was killed: delete it if none is under way.`,
    );
  }
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './command-error.ts';
import { ROOT } from './settings.ts';

/** Keeps how far a command has come with a stage in the folder of local data, so that it outlives the process. */
export const positionFile = <Position>(
  command: string,
  { stage, region }: { stage: string; region: string },
) => {
  const folder = process.env.DATA_DIR || join(ROOT, '.local');
  const file = join(folder, `${command}-${stage === 'local' ? stage : `${stage}-${region}`}.json`);
  return {
    load: (): Position => {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        throw new CommandError(`No ${command} of this stage was interrupted: run it without --resume.`);
      }
    },
    save: (position: Position): void => {
      mkdirSync(folder, { recursive: true });
      // Keys can hold a number or a name.
      writeFileSync(`${file}.new`, JSON.stringify(position), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
    remove: (): void => rmSync(file, { force: true }),
  };
};

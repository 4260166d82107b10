import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SetupError } from './ports.ts';

/** Opens the folder of queues and table for this process alone, emptied if `fresh`; throws a SetupError where another has it. */
export const openDataDir = (path: string, { fresh }: { fresh: boolean }): string => {
  mkdirSync(path, { recursive: true });
  // SQLite's lock ends with the process, however it ends.
  const lock = new DatabaseSync(join(path, 'lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    throw new SetupError(`Another npm start is using ${path}: stop it, or set DATA_DIR to another folder.`);
  }
  held.push(lock);
  if (fresh)
    for (const part of ['queues', 'table']) rmSync(join(path, part), { recursive: true, force: true });
  return path;
};

// A lock that nothing refers to would be collected, and so given up.
const held: DatabaseSync[] = [];

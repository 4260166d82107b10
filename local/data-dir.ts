import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SetupError } from '../infrastructure/ports.ts';

/** Opens the folder of queues and table for this process alone; throws a SetupError where that cannot be. */
export const openDataDir = (path: string): string => {
  try {
    // Not its parents: Node never comes back where one of them takes no folders, like /proc.
    if (!existsSync(path)) mkdirSync(path);
    // SQLite's lock ends with the process, however it ends.
    const lock = new DatabaseSync(join(path, 'lock'));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    held.push(lock);
  } catch (error) {
    throw new SetupError(explain(path, error as NodeJS.ErrnoException & { errcode?: number }));
  }
  return path;
};

/** Forgets queues and table. */
export const emptyDataDir = (path: string): void => {
  for (const part of ['queues', 'table']) rmSync(join(path, part), { recursive: true, force: true });
};

// A lock that nothing refers to would be collected, and so given up.
const held: DatabaseSync[] = [];

const SQLITE_BUSY = 5;

const explain = (path: string, { code, errcode, message }: NodeJS.ErrnoException & { errcode?: number }) =>
  errcode === SQLITE_BUSY
    ? `Another npm start is using ${path}: stop it, or set DATA_DIR to another folder, and HTTP_PORT, LAMBDA_PORT, SQS_PORT and DYNAMODB_PORT to other ports.`
    : `The data cannot be kept in ${path} (${errcode ? message : code}): set DATA_DIR to a folder that you may write to, or whose parent is one.`;

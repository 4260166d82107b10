import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import dynaliteDb from 'dynalite/db/index.js';
import { SetupError } from '../infrastructure/ports.ts';

/**
 * Opens the folder of queues and tables for this process alone; throws a SetupError if that is
 * impossible.
 */
export const openDataDir = (path: string): string => {
  try {
    // Not its parents: Node hangs if one of them allows no folders, like /proc.
    if (!existsSync(path)) mkdirSync(path);
    // SQLite's lock ends with the process, however that ends.
    const lock = new DatabaseSync(join(path, 'lock'));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    held.push(lock);
  } catch (error) {
    throw new SetupError(explain(path, error as NodeJS.ErrnoException & { errcode?: number }));
  }
  return path;
};

/** Deletes queues and tables; returns how much they held, as text. */
export const emptyDataDir = async (path: string): Promise<string> => {
  const [items, messages] = [await countItems(join(path, 'table')), countMessages(join(path, 'queues'))];
  for (const part of ['queues', 'table', 'metrics'])
    rmSync(join(path, part), { recursive: true, force: true });
  return `${amount(items, 'item')} and ${amount(messages, 'message')}`;
};

// Unreadable data is deleted too.
const UNKNOWN = Number.NaN;

const countItems = async (path: string): Promise<number> => {
  if (!existsSync(path)) return 0;
  try {
    const { db } = dynaliteDb.create({ path });
    const items = await Array.fromAsync(db.keys({ gt: 'item-', lt: 'item.' }));
    await db.close();
    return items.length;
  } catch {
    return UNKNOWN;
  }
};

const countMessages = (path: string): number => {
  if (!existsSync(path)) return 0;
  try {
    const database = new DatabaseSync(join(path, 'fauxqs.db'), { readOnly: true });
    const row = database.prepare('SELECT count(*) AS messages FROM sqs_messages').get();
    database.close();
    return Number(row?.messages);
  } catch {
    return UNKNOWN;
  }
};

const amount = (count: number, what: string): string =>
  Number.isNaN(count) ? `unreadable ${what}s` : `${count} ${what}${count === 1 ? '' : 's'}`;

// Without a reference the lock would be collected, and so released.
const held: DatabaseSync[] = [];

const SQLITE_BUSY = 5;

const explain = (path: string, { code, errcode, message }: NodeJS.ErrnoException & { errcode?: number }) =>
  errcode === SQLITE_BUSY
    ? `Another npm start is using ${path}: stop it, or set DATA_DIR to another folder, and HTTP_PORT, LAMBDA_PORT, OIDC_PORT, SQS_PORT and DYNAMODB_PORT to other ports.`
    : `${path} cannot hold the data (${errcode ? message : code}): set DATA_DIR to a folder that you can write to or create.`;

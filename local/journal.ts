import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Item, ItemDb, Operation, Store } from 'dynalite/db/index.js';
import { expiryOperations } from './expiry.ts';
import { type Change, streamRecord, type View } from './stream-record.ts';

/** The properties of a table that dynalite lacks. */
export type TableFeatures = {
  /** The names of its key attributes. */
  keys: string[];
  /** The view type of its stream; undefined without a stream. */
  stream?: View | undefined;
  /** The attribute with an item's expiry time, in epoch seconds. */
  expiry?: string | undefined;
};

/**
 * The streams of the tables: ordered records, and a position for each reader that survives the
 * process.
 */
export type Journal = {
  /** At most `limit` records after the position, and none that a lower number can still precede. */
  read: (table: string, after: string, limit: number) => Promise<DynamoDBRecord[]>;
  /** The reader's position; its start if it has never read. */
  position: (table: string, reader: string, start: 'TRIM_HORIZON' | 'LATEST') => Promise<string>;
  /** Moves the reader on, and deletes what every reader has read. */
  confirm: (table: string, reader: string, position: string) => Promise<void>;
  /** Resolves at the next write. */
  written: () => Promise<void>;
  /** Calls the listener after each change of the table. */
  watch: (table: string, listener: (change: Change) => void) => void;
  /** The store, for items that DynamoDB deletes by itself. */
  asService: Store;
};

// As long as AWS's sequence numbers, and all of one length, so that they compare as text.
const FIRST = 10n ** 20n;

/**
 * Gives the tables of a dynalite store their streams. An item and the record of its change are
 * written in one LevelDB batch, so a killed process leaves both or neither.
 */
export const journal = (store: Store, tables: Record<string, TableFeatures>): Journal => {
  const { db, getItemDb } = store;
  const listeners: { table: string; listener: (change: Change) => void }[] = [];
  const positions = new Map<string, Map<string, string>>();
  const inFlight = new Set<bigint>();
  let last = FIRST;
  let wake = Promise.withResolvers<void>();

  const ready = lastSequence(store).then((sequence) => {
    last = sequence;
  });
  // Whoever waits for it is notified.
  ready.catch(() => {});

  const write = async (table: string, key: string, after: Item | undefined, isService: boolean) => {
    await ready;
    const before = await get(getItemDb(table), key);
    if (isSame(before, after)) return;
    const { keys = [], stream, expiry } = tables[table] ?? {};
    const change: Change = { ...(before && { before }), ...(after && { after }) };
    const item = `item-${table}~${key}`;
    const operations: Operation[] = [
      after ? { type: 'put', key: item, value: after } : { type: 'del', key: item },
      ...(expiry ? expiryOperations(table, key, change, { keys, attribute: expiry }) : []),
    ];
    last += 1n;
    const sequence = last;
    inFlight.add(sequence);
    if (stream) {
      const value = streamRecord(change, String(sequence), { keys, view: stream, isService });
      operations.push({ type: 'put', key: `stream~${table}~${sequence}`, value });
    }
    try {
      await db.batch(operations);
    } finally {
      inFlight.delete(sequence);
      wake.resolve();
      wake = Promise.withResolvers();
    }
    for (const { listener } of listeners.filter((one) => one.table === table)) listener(change);
  };

  const itemDbOf = (table: string, isService: boolean): ItemDb => {
    const itemDb = getItemDb(table);
    if (tables[table] === undefined) return itemDb;
    return {
      ...itemDb,
      put: (key, item, done) => write(table, key, item, isService).then(() => done(null), done),
      del: (key, done) => write(table, key, undefined, isService).then(() => done(null), done),
    };
  };
  store.getItemDb = (table) => itemDbOf(table, false);

  return {
    read: async (table, after, limit) => {
      await ready;
      // Batches overtake each other on their way to the disk.
      const [end = last + 1n] = inFlight;
      const range = { gt: `stream~${table}~${after}`, lt: `stream~${table}~${end}`, limit };
      return Array.fromAsync(db.values(range)) as Promise<DynamoDBRecord[]>;
    },
    position: async (table, reader, start) => {
      await ready;
      const key = `position~${table}~${reader}`;
      const kept = await db.get(key);
      const position = String(kept ?? (start === 'LATEST' ? last : FIRST));
      if (kept === undefined) await db.put(key, position);
      positions.set(table, (positions.get(table) ?? new Map()).set(reader, position));
      return position;
    },
    confirm: async (table, reader, position) => {
      await db.put(`position~${table}~${reader}`, position);
      const readers = [...(positions.get(table)?.set(reader, position).values() ?? [])];
      const [slowest = position] = readers.sort();
      await db.clear({ gt: `stream~${table}~`, lte: `stream~${table}~${slowest}` });
    },
    written: () => wake.promise,
    watch: (table, listener) => listeners.push({ table, listener }),
    asService: { ...store, getItemDb: (table) => itemDbOf(table, true) },
  };
};

/** The highest number of a record, or of a deleted record that a reader has seen. */
const lastSequence = async ({ db }: Store): Promise<bigint> => {
  let highest = FIRST;
  const note = (sequence: string): void => {
    if (BigInt(sequence) > highest) highest = BigInt(sequence);
  };
  for await (const key of db.keys({ gt: 'stream~', lt: 'stream~\xff' })) note(key.split('~')[2] ?? '0');
  for await (const position of db.values({ gt: 'position~', lt: 'position~\xff' })) note(String(position));
  return highest;
};

const get = (itemDb: ItemDb, key: string): Promise<Item | undefined> =>
  new Promise((resolve, reject) => {
    itemDb.get(key, (error, item) => (error ? reject(error) : resolve(item)));
  });

// Stored values have been through JSON.
const isSame = (before: Item | undefined, after: Item | undefined): boolean =>
  isDeepStrictEqual(before, after && JSON.parse(JSON.stringify(after)));

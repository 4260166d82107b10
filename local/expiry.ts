import { setInterval } from 'node:timers/promises';
import deleteItem from 'dynalite/actions/deleteItem.js';
import type { Item, Operation, Store } from 'dynalite/db/index.js';
import { type Change, keysOf } from './stream-record.ts';

type Expiring = { keys: string[]; attribute: string };

/** Keeps the list of expiry times in step with a change of an item. */
export const expiryOperations = (
  table: string,
  key: string,
  { before, after }: Change,
  { keys, attribute }: Expiring,
): Operation[] => {
  const operations: Operation[] = [];
  const old = expiryOf(before, attribute);
  if (old) operations.push({ type: 'del', key: entryKey(table, old, key) });
  const next = expiryOf(after, attribute);
  if (after && next) {
    operations.push({ type: 'put', key: entryKey(table, next, key), value: keysOf(after, keys) });
  }
  return operations;
};

const expiryOf = (item: Item | undefined, attribute: string): string | undefined => {
  const seconds = Math.floor(Number(item?.[attribute]?.N));
  return seconds > 0 ? padded(seconds) : undefined;
};

const padded = (seconds: number): string => String(seconds).padStart(12, '0');

const entryKey = (table: string, seconds: string, key: string): string => `expiry~${table}~${seconds}~${key}`;

// DynamoDB takes minutes to days; nobody watches a terminal for that long.
const SWEEP_MS = 3_000;

/** Deletes expired items every few seconds, as DynamoDB's time to live does. */
export const startSweeping = (store: Store, tables: Record<string, { expiry?: string | undefined }>) => {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    for await (const _ of setInterval(SWEEP_MS, undefined, { signal: stopping.signal })) {
      for (const [table, { expiry }] of Object.entries(tables)) if (expiry) await sweep(store, table, expiry);
    }
  };
  const running = loop().catch((error) => {
    if (error.name !== 'AbortError') throw error;
  });
  return {
    stop: async (): Promise<void> => {
      stopping.abort();
      await running;
    },
  };
};

const sweep = async (store: Store, table: string, attribute: string): Promise<void> => {
  const now = Math.floor(Date.now() / 1000);
  const range = { gt: `expiry~${table}~`, lt: entryKey(table, padded(now + 1), '') };
  for await (const Key of store.db.values(range)) await expire(store, table, Key as Item, attribute, now);
};

// An item that was given more time meanwhile stays.
const expire = (store: Store, TableName: string, Key: Item, attribute: string, now: number) => {
  const isDue = { ComparisonOperator: 'LE', AttributeValueList: [{ N: String(now + 1) }] };
  return new Promise<void>((resolve, reject) => {
    deleteItem(store, { TableName, Key, Expected: { [attribute]: isDue } }, (error) =>
      error && !isConditional(error) ? reject(error) : resolve(),
    );
  });
};

const isConditional = (error: unknown): boolean =>
  error instanceof Error && error.message === 'The conditional request failed';

declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
  }): Server;
}

// The internals of the emulator that are used; its version is pinned.
declare module 'dynalite/db/index.js' {
  import type { AttributeValue } from 'aws-lambda';

  export type Item = Record<string, AttributeValue>;
  export type Callback = (error?: unknown, value?: unknown) => void;
  export type ItemDb = {
    get: (key: string, done: (error: unknown, item?: Item) => void) => void;
    put: (key: string, item: Item, done: Callback) => void;
    del: (key: string, done: Callback) => void;
    batch: (operations: Operation[], done: Callback) => void;
    lock: unknown;
  };
  export type Range = { gt?: string; gte?: string; lt?: string; lte?: string; limit?: number };
  export type Operation =
    | { type: 'put'; key: string; value: unknown; valueEncoding?: 'utf8' }
    | { type: 'del'; key: string };
  export type Level = {
    get: (key: string) => Promise<unknown>;
    put: (key: string, value: unknown) => Promise<void>;
    batch: (operations: Operation[]) => Promise<void>;
    clear: (range: Range) => Promise<void>;
    keys: (range: Range & { reverse?: boolean }) => AsyncIterable<string>;
    values: (range: Range) => AsyncIterable<unknown>;
    iterator: (range: Range) => AsyncIterable<[string, unknown]>;
    close: () => Promise<void>;
  };
  export type Key = { AttributeName: string; KeyType: 'HASH' | 'RANGE' };
  export type Index = { IndexName: string; KeySchema: Key[] };
  export type Table = {
    TableName: string;
    KeySchema: Key[];
    GlobalSecondaryIndexes?: Index[];
    LocalSecondaryIndexes?: Index[];
  };
  export type Store = {
    db: Level;
    getItemDb: (table: string) => ItemDb;
    getIndexDb: (type: 'Global', table: string, index: string) => ItemDb;
  };

  const db: {
    create: (options: object) => Store;
    validateItem: (item: Item, table: Table) => unknown;
    updateIndexes: (
      store: Store,
      table: Table,
      old: Item | undefined,
      item: Item | null,
      done: Callback,
    ) => void;
    validationError: (message: string) => Error;
    createKey: (item: Item, table: Table) => string;
    getIndexActions: (
      indexes: Index[],
      old: Item | undefined,
      item: Item,
      table: Table,
    ) => { puts: { index: string; key: string; item: Item }[] };
  };
  export default db;
}

declare module 'dynalite/actions/createTable.js' {
  import type { Callback, Store, Table } from 'dynalite/db/index.js';
  export default function createTable(store: Store, table: Table, done: Callback): void;
}

declare module 'dynalite/actions/deleteItem.js' {
  import type { Callback, Item, Store } from 'dynalite/db/index.js';
  export default function deleteItem(
    store: Store,
    request: { TableName: string; Key: Item; Expected: object },
    done: Callback,
  ): void;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import createTable from 'dynalite/actions/createTable.js';
import dynaliteDb, {
  type Item,
  type ItemDb,
  type Operation,
  type Store,
  type Table,
} from 'dynalite/db/index.js';
import { callbacks } from '../shared/callbacks/list.ts';
import { foldCall } from '../shared/calls/fold.ts';
import { type CallItem, itemOf } from '../shared/calls/item.ts';
import { keysOf } from '../shared/calls/keys.ts';
import { receive } from '../shared/deliveries/delivery.ts';
import { sampleOf } from './bench.ts';

export const DAYS = 90;
export const NUMBERS = 20;
export const AGENTS = 50;

/** One of the company's numbers, of which each call has one. */
export const companyNumber = (n: number): string => `8523575${String(7_000 + (n % NUMBERS))}`;
export const agentId = (n: number): string => `agent-${n % AGENTS}`;
/** A customer with five calls, however many there are in all. */
export const CUSTOMER = '85290001234';
const CUSTOMER_CALLS = 5;

const DAY_MS = 86_400_000;
const BATCH = 500;

/** A table as serverless.yml declares it. */
export type Declared = Pick<Table, 'KeySchema' | 'GlobalSecondaryIndexes'> & {
  AttributeDefinitions: object[];
};

/** So many calls, spread evenly over the days until now. */
export type Spread = { calls: number; days: number };

/**
 * Writes tables of calls into a folder of the emulator, whose requests would take ten times as
 * long.
 */
export const writeCallTables = async (
  dataDir: string,
  { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] }: Declared,
  tables: Record<string, Spread>,
): Promise<void> => {
  const path = join(dataDir, 'table');
  mkdirSync(path, { recursive: true });
  const store = dynaliteDb.create({ path, createTableMs: 0 });
  for (const [TableName, spread] of Object.entries(tables)) {
    const table = { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes };
    // The emulator writes into what it is given.
    await promisify(createTable)(store, structuredClone(table));
    await fill(store, table, spread);
  }
  // The table becomes active by a timer.
  await sleep(100);
  await store.db.close();
};

const fill = async (store: Store, table: Table, spread: Spread): Promise<void> => {
  const { calls } = spread;
  const now = Date.now();
  let written: Promise<unknown> = Promise.resolve();
  for (let first = 0; first < calls; first += BATCH) {
    const count = Math.min(BATCH, calls - first);
    const items = Array.from({ length: count }, (_, n) => itemAt(first + n, spread, now));
    const batches = batchesOf(store, table, items);
    // The next batch is made while this one is written.
    await written;
    written = Promise.all(batches.map(([db, operations]) => write(db, operations)));
  }
  await written;
};

/** What to write of these items: into the table, and into each of its indexes. */
const batchesOf = (store: Store, table: Table, items: Item[]): [ItemDb, Operation[]][] => {
  const { TableName, GlobalSecondaryIndexes = [] } = table;
  const batches = new Map<ItemDb, Operation[]>();
  const add = (db: ItemDb, key: string, value: string) => {
    const batch = batches.get(db) ?? [];
    batch.push({ type: 'put', key, value, valueEncoding: 'utf8' });
    batches.set(db, batch);
  };
  for (const item of items) {
    const text = JSON.stringify(item);
    add(store.getItemDb(TableName), dynaliteDb.createKey(item, table), text);
    for (const { index, key } of dynaliteDb.getIndexActions(GlobalSecondaryIndexes, undefined, item, table)
      .puts)
      add(store.getIndexDb('Global', TableName, index), key, text);
  }
  return [...batches];
};

const write = (db: ItemDb, operations: Operation[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    db.batch(operations, (error, value) => (error ? reject(error) : resolve(value)));
  });

const template = (): CallItem => {
  const icc = callbacks.find(({ name }) => name === 'icc');
  const received = icc && receive(icc, Buffer.from(sampleOf('icc').body), new Date().toISOString());
  const call = icc && received?.accepted && foldCall(icc, [received.item]);
  if (!call) throw new Error('events/icc.json tells of no call');
  return { ...itemOf(call), rev: 1 };
};

const TEMPLATE = marshall(template(), { removeUndefinedValues: true }) as Item;

/** A call of the size of ICC's sample, about 1.2 KB; times are spread evenly, the newest is now. */
const itemAt = (n: number, { calls, days }: Spread, now: number): Item => {
  const id = `0605589a-c1f7-47a5-b75c-${String(n).padStart(12, '0')}`;
  const startedAt = new Date(now - Math.floor((n / calls) * days * DAY_MS)).toISOString();
  const isCustomer = n % Math.floor(calls / CUSTOMER_CALLS) === 0;
  const [company, customer] = [
    companyNumber(n),
    isCustomer ? CUSTOMER : `861${String((n * 7_919) % 100_000_000)}`,
  ];
  const [caller, callee] = n % 3 ? [customer, company] : [company, customer];
  const call = {
    pk: `icc#${id}`,
    id,
    callId: `77321526-3971-408e-adf2-${String(n).padStart(12, '0')}`,
    caller,
    callee,
    startedAt,
    receivedAt: startedAt,
    revisedAt: startedAt,
    agentId: agentId(n * 31),
    agentName: `${agentId(n * 31)}@example.com`,
  };
  const keys = keysOf(call, call);
  const changes = { ...call, ...keys, ref: keys.at.slice(-16) };
  return { ...TEMPLATE, ...(marshall(changes) as Item) };
};

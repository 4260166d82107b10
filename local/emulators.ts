import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import dynalite from 'dynalite';
import dynaliteDb, { type Store } from 'dynalite/db/index.js';
import { buildApp } from 'fauxqs';
// Its parts, which it does not export by name.
import { PersistenceManager } from '../node_modules/fauxqs/dist/persistence.js';
import { S3Store } from '../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../node_modules/fauxqs/dist/sns/snsStore.js';
import { SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { startSweeping } from './expiry.ts';
import { type Journal, journal, type TableFeatures } from './journal.ts';
import { enforceKeyLimits } from './key-limits.ts';

/** An emulator of an AWS service on 127.0.0.1. */
export type Emulator = { endpoint: string; stop: () => Promise<void> };

/**
 * SQS and S3 by fauxqs. Data in `dataDir` survives a restart; without it everything is in memory.
 * With `release`, messages that were in flight are visible at once: their receiver is gone.
 */
export const startQueues = async (
  port: number,
  dataDir?: string,
  { release = false } = {},
): Promise<Emulator> => {
  // fauxqs' own start function listens on every interface.
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const app = buildApp({ logger: false, stores });
  // A presigned URL can name headers of the answer, which fauxqs leaves out.
  app.addHook('onSend', async ({ query }, reply) => {
    for (const [name, value] of Object.entries(query ?? {})) {
      if (SAID_BY_URL.test(name)) reply.header(name.replace('response-', ''), value);
    }
  });
  if (dataDir) {
    const persistence = new PersistenceManager(directory(dataDir, 'queues'));
    // biome-ignore lint/complexity/useLiteralKeys: TypeScript lets a private property be read in no other way.
    const db = persistence['db'];
    // A killed process loses nothing that it wrote; only a power cut can, and a flush for each
    // message is slow.
    db.exec('PRAGMA synchronous = OFF');
    if (release) db.exec('UPDATE sqs_messages SET visibility_deadline = 1');
    const show = db.prepare(
      'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
    );
    // fauxqs sets how often it was received to NULL as well, which its table refuses, and loses the message.
    persistence.updateMessageReady = (messageId) => {
      show.run(messageId);
    };
    persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
    stores.sqsStore.persistence = persistence;
    stores.s3Store.persistence = persistence;
    for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
    app.addHook('onClose', async () => persistence.close());
  }
  const endpoint = await app.listen({ host: '127.0.0.1', port });
  return { endpoint, stop: () => app.close() };
};

const SAID_BY_URL = /^response-content-(disposition|type)$/;

enforceKeyLimits();

/** DynamoDB, with the streams that dynalite lacks. */
export type Database = Emulator & { journal: Journal };

/**
 * DynamoDB by dynalite. Data in `dataDir` survives a restart; without it everything is in memory.
 */
export const startDatabase = async (
  port: number,
  dataDir?: string,
  tables: Record<string, TableFeatures> = {},
): Promise<Database> => {
  const path = dataDir && directory(dataDir, 'table');
  const { server, store } = createDynalite({ createTableMs: 0, deleteTableMs: 0, ...(path && { path }) });
  const kept = journal(store, tables);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const sweeping = startSweeping(kept.asService, tables);
  const stop = async () => {
    await sweeping.stop();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  };
  return { endpoint: `http://127.0.0.1:${port}`, journal: kept, stop };
};

// dynalite does not expose its store.
const createDynalite = (options: Parameters<typeof dynalite>[0]) => {
  const { create } = dynaliteDb;
  const stores: Store[] = [];
  dynaliteDb.create = (given) => {
    const store = create(given);
    stores.push(store);
    return store;
  };
  try {
    const server = dynalite(options);
    const [store] = stores;
    if (store === undefined) throw new Error('dynalite has made no store');
    return { server, store };
  } finally {
    dynaliteDb.create = create;
  }
};

const directory = (...segments: string[]): string => {
  const path = join(...segments);
  mkdirSync(path, { recursive: true });
  return path;
};

/** Clients of the emulators, which accept any credentials. */
export const clients = (endpoints: { sqs: string; dynamodb: string }) => {
  const any = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    sqs: new SQSClient({ ...any, endpoint: endpoints.sqs }),
    s3: new S3Client({ ...any, endpoint: endpoints.sqs }),
    dynamodb: new DynamoDBClient({ ...any, endpoint: endpoints.dynamodb }),
  };
};

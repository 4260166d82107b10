import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { freePorts } from '../../infrastructure/ports.ts';
import { clients, type Database, startDatabase } from '../../local/emulators.ts';
import type { TableFeatures } from '../../local/journal.ts';
import { startStreamPoller } from '../../local/stream-poller.ts';
import { createTable } from '../../local/tables.ts';

/** Small tables with each kind of stream. */
export const TABLES: Record<string, TableFeatures> = {
  full: { keys: ['pk', 'sk'], stream: 'NEW_AND_OLD_IMAGES', expiry: 'expiresAt' },
  keys: { keys: ['pk', 'sk'], stream: 'KEYS_ONLY' },
  unread: { keys: ['pk', 'sk'], expiry: 'expiresAt' },
};

export const createStreamed = (dynamodb: DynamoDBClient, TableName: string) =>
  createTable(dynamodb, {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'other', 'at'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byOther',
        KeySchema: [
          { AttributeName: 'other', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });

type Invoke = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** Reads a table's stream from its beginning. */
export const follow = (
  { journal }: Database,
  table: string,
  invoke: Invoke,
  options: Partial<Parameters<typeof startStreamPoller>[0]> = {},
) =>
  startStreamPoller({
    journal,
    table,
    reader: 'reader',
    start: 'TRIM_HORIZON',
    batchSize: 10,
    reportsFailures: true,
    invoke,
    onError: () => {},
    ...options,
  });

/** A reader that keeps what it is given. */
export const collect = (database: Database, table: string, options?: Parameters<typeof follow>[3]) => {
  const records: DynamoDBRecord[] = [];
  const invoke: Invoke = async ({ Records }) => {
    records.push(...Records);
    return { batchItemFailures: [] };
  };
  return { records, ...follow(database, table, invoke, options) };
};

/** A database of such tables that can be started again on the same folder. */
export const databaseOn = async (dataDir?: string) => {
  const { dynamodb: port } = await freePorts();
  const { dynamodb } = clients({ sqs: '', dynamodb: `http://127.0.0.1:${port}` });
  return {
    port,
    dynamodb,
    open: () => startDatabase(port, dataDir, TABLES),
    put: (pk: string, value: number, TableName = 'full') =>
      dynamodb.send(new PutItemCommand({ TableName, Item: { ...keyOf(pk), value: { N: String(value) } } })),
    scan: async (TableName = 'full') => (await dynamodb.send(new ScanCommand({ TableName }))).Items ?? [],
  };
};

export const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'a' } });

export const pkOf = ({ dynamodb }: DynamoDBRecord) => dynamodb?.Keys?.pk?.S ?? '';
export const numberOf = ({ dynamodb }: DynamoDBRecord) => Number(dynamodb?.NewImage?.value?.N);

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { countMessages } from '../../commands/lib/stage.ts';
import { freePorts } from '../../infrastructure/ports.ts';
import { clients, type Emulator, startDatabase, startQueues } from '../../local/emulators.ts';
import { startPoller } from '../../local/poller.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { reception } from './calls.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { plainEnvironment, ROOT } from './run.ts';

/** What a command that ran to its end printed, and how it ended. */
export type Finished = { code: number | null; output: string; errors: string };

type Settings = { env?: NodeJS.ProcessEnv; nodeOptions?: string[]; dir?: string };

/** Starts a command as its npm script does. */
export const start = (
  name: string,
  args: string[],
  { env = plainEnvironment(), nodeOptions = [], dir = ROOT }: Settings = {},
): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [...nodeOptions, join(dir, 'commands', `${name}.ts`), ...args], { cwd: dir, env });

/** Waits for a command to end. */
export const finish = async (child: ChildProcessWithoutNullStreams): Promise<Finished> => {
  const exit = once(child, 'exit');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exit;
  return { code, output, errors };
};

/** What a command says first. */
export const LOCAL = 'Stage local, on this machine\n';

export type Item = Record<string, unknown> & { pk: string; sk: string; body: string };

/** Queues and tables with the names of stage local, where no other test looks, and a consumer. */
export type LocalStage = {
  queues: Emulator;
  database: Emulator;
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  queueUrl: string;
  deadLetterQueueUrl: string;
  deliveriesTable: string;
  callsTable: string;
  /** For commands that work on it. */
  env: NodeJS.ProcessEnv;
  /** Runs a command on it to its end. */
  command: (name: string, ...args: string[]) => Promise<Finished>;
  /** From now on the consumer stores nothing, or does again. */
  fail: (fails: boolean) => void;
  put: (table: string, item: object) => Promise<void>;
  /** The items of a table whose key begins so. */
  items: (table: string, prefix?: string) => Promise<Item[]>;
  count: (queueUrl: string) => Promise<number>;
  /** Forgets what the tables have. */
  empty: () => Promise<void>;
  /** Resolves when the queue is empty. */
  atRest: () => Promise<unknown>;
  stop: () => Promise<void>;
};

export const startLocalStage = async (): Promise<LocalStage> => {
  const ports = await freePorts();
  const queues = await startQueues(ports.sqs);
  const database = await startDatabase(ports.dynamodb);
  const { sqs, dynamodb } = clients({ sqs: queues.endpoint, dynamodb: database.endpoint });
  const [deliveriesTable, callsTable] = [
    'nxcloud-callbacks-local-deliveries',
    'nxcloud-callbacks-local-calls',
  ];
  const { queueUrl, deadLetterQueueUrl } = await createQueues(sqs, deliveriesTable);
  const createTables = async () => {
    await createTable(dynamodb, deliveriesTable, ['pk', 'sk']);
    await createTable(dynamodb, callsTable, ['pk']);
  };
  await createTables();
  // For the code of the functions, in this process.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    DELIVERIES_TABLE: deliveriesTable,
    CALLS_TABLE: callsTable,
  });
  const { handler: consume } = await import('../../functions/consumer.ts');
  let fails = false;
  const poller = startPoller({
    sqs,
    queueUrl,
    queueArn: 'queue',
    batchSize: 10,
    invoke: async (event) => {
      if (fails) throw new Error('away');
      return consume(event, { awsRequestId: 'test', getRemainingTimeInMillis: () => 10_000 } as Context);
    },
    onError: () => {},
  });

  const env = plainEnvironment({ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb) });
  const count = (url: string) => countMessages({ sqs }, url);
  return {
    ...{
      queues,
      database,
      sqs,
      dynamodb,
      queueUrl,
      deadLetterQueueUrl,
      deliveriesTable,
      callsTable,
      env,
      count,
    },
    command: (name, ...args) => finish(start(name, args, { env })),
    fail: (now) => {
      fails = now;
    },
    put: async (TableName, item) => {
      const Item = marshall(item, { removeUndefinedValues: true });
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
    },
    items: async (TableName, prefix = '') => {
      const found: Item[] = [];
      for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName })) {
        found.push(...Items.map((item) => unmarshall(item) as Item));
      }
      return found.filter(({ pk }) => pk.startsWith(prefix));
    },
    empty: async () => {
      for (const TableName of [deliveriesTable, callsTable]) {
        await dynamodb.send(new DeleteTableCommand({ TableName }));
        await waitUntilTableNotExists({ client: dynamodb, maxWaitTime: 30, minDelay: 0.05 }, { TableName });
      }
      await createTables();
    },
    atRest: () => vi.waitUntil(async () => (await count(queueUrl)) === 0, { timeout: 60_000, interval: 50 }),
    stop: async () => {
      await poller.stop();
      await queues.stop();
      await database.stop();
    },
  };
};

const createQueues = async (sqs: SQSClient, name: string) => {
  const { QueueUrl: deadLetterQueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `${name}-dlq` }),
  );
  const { Attributes: { QueueArn } = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  // As in the template, but for times that a test can wait for.
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount: 5 });
  const Attributes = { VisibilityTimeout: '1', RedrivePolicy };
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return { queueUrl, deadLetterQueueUrl };
};

const createTable = async (dynamodb: DynamoDBClient, name: string, key: string[]): Promise<void> => {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: key.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: key.map((AttributeName, n) => ({ AttributeName, KeyType: n === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
};

/** A proxy in front of an emulator, and the port that leads to it. */
export const proxied = async ({ endpoint }: Emulator) => {
  const proxy = await startFaultProxy(endpoint);
  return { proxy, port: new URL(proxy.endpoint).port };
};

export const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

/** A delivery of Call Center with these fields. */
export const deliveryOf = (callId: string, fields: object = {}): Delivery => {
  const received = reception('cc', { callId, ...fields });
  if (!received.accepted) throw new Error(JSON.stringify(received.issues));
  return received.item;
};

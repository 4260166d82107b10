import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { inject, vi } from 'vitest';
import { clients } from '../../local/emulators.ts';
import { startPoller } from '../../local/poller.ts';
import { callbacks as allCallbacks } from '../../shared/callbacks/list.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type Killable, startProcess } from './processes.ts';

const stack = inject('stack');

export type Options = {
  /** Also the stage in the names of queues and table. */
  name: string;
  visibilitySeconds?: number;
  consumers?: number;
  /** What the poller hands over instead of the batch that it received. */
  batch?: (event: SQSEvent) => SQSEvent;
  /** For the functions. */
  env?: Record<string, string>;
  /** Where SQS and DynamoDB are, when not in the local stack. */
  sqsEndpoint?: string;
  dynamodbEndpoint?: string;
};

export type Item = { pk: string; sk: string; body: string; bodyHash: string; [field: string]: unknown };

/** A queue, a table and the real functions in processes of their own, with a proxy on each way between them. */
export type World = {
  sqs: FaultProxy;
  dynamodb: FaultProxy;
  receiver: Killable;
  consumers: Killable[];
  /** As the project's commands take it. */
  stage: string;
  sqsEndpoint: string;
  dynamodbEndpoint: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  tableName: string;
  sqsClient: SQSClient;
  database: DynamoDBClient;
  /** Everything that the functions printed. */
  lines: readonly string[];
  /** How many messages the consumers said were stored already. */
  duplicates: () => number;
  /** The longest that a receiver took to answer, by its own log. */
  slowestAnswerMs: () => number;
  /** Resolves when no message is in the queue, visible or not. */
  atRest: () => Promise<unknown>;
  items: () => Promise<Item[]>;
  deadLetters: () => Promise<string[]>;
  deadLetterCount: () => Promise<number>;
  stop: () => Promise<void>;
};

const FUNCTION_TIMEOUT_MS = 3_000;
const BATCH_SIZE = 10;

export const createWorld = async (options: Options): Promise<World> => {
  const { name, visibilitySeconds = 2, consumers = 1, batch = (event) => event } = options;
  const { sqsEndpoint = stack.sqsEndpoint, dynamodbEndpoint = stack.dynamodbEndpoint } = options;
  const { dynamodb: database, sqs: sqsClient } = clients({
    sqs: sqsEndpoint,
    dynamodb: dynamodbEndpoint,
  });
  const prefix = `nxcloud-callbacks-${name}-calls`;
  const { queueUrl, deadLetterQueueUrl } = await createQueues(sqsClient, prefix, visibilitySeconds);
  await createTable(database, prefix);
  const sqs = await startFaultProxy(sqsEndpoint);
  const dynamodb = await startFaultProxy(dynamodbEndpoint);

  const lines: string[] = [];
  const log: { message: string; durationMs?: number; callback?: string }[] = [];
  const host = (functions: string) =>
    startProcess('function-host.ts', {
      env: {
        FUNCTIONS: functions,
        FUNCTION_TIMEOUT_MS: String(FUNCTION_TIMEOUT_MS),
        QUEUE_URL: sqs.endpoint + new URL(queueUrl).pathname,
        TABLE_NAME: prefix,
        AWS_ENDPOINT_URL_SQS: sqs.endpoint,
        AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...options.env,
      },
      onLine: (line) => {
        lines.push(line);
        if (line.startsWith('{')) log.push(JSON.parse(line));
        else process.stderr.write(`${line}\n`);
      },
    });
  const [receiver, ...consumerHosts] = await Promise.all([
    host(allCallbacks.map(({ name }) => name).join()),
    ...Array.from({ length: consumers }, () => host('consumer')),
  ]);

  const poller = startPoller({
    sqs: sqsClient,
    queueUrl,
    queueArn: name,
    batchSize: BATCH_SIZE,
    invoke: async (event) => {
      const answers = await Promise.all(consumerHosts.map(({ port }) => invoke(port, batch(event))));
      return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
    },
    onError: () => {},
  });

  const count = async (url: string, ...names: ('' | 'NotVisible')[]): Promise<number> => {
    const { Attributes = {} } = await sqsClient.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    const counts = Attributes as Record<string, string>;
    return names.reduce((sum, suffix) => sum + Number(counts[`ApproximateNumberOfMessages${suffix}`]), 0);
  };
  const deadLetters = async (): Promise<string[]> => {
    const texts: string[] = [];
    for (;;) {
      const { Messages = [] } = await sqsClient.send(
        new ReceiveMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 600,
        }),
      );
      if (Messages.length === 0) return texts;
      texts.push(...Messages.map(({ Body = '' }) => Body));
    }
  };
  const items = async (): Promise<Item[]> => {
    const found: Item[] = [];
    for await (const { Items = [] } of paginateScan({ client: database }, { TableName: prefix })) {
      found.push(...Items.map((item) => unmarshall(item) as Item));
    }
    return found;
  };

  return {
    sqs,
    dynamodb,
    receiver,
    consumers: consumerHosts,
    stage: name,
    sqsEndpoint,
    dynamodbEndpoint,
    queueUrl,
    deadLetterQueueUrl,
    tableName: prefix,
    sqsClient,
    database,
    lines,
    duplicates: () => log.filter(({ message }) => message === 'duplicate').length,
    slowestAnswerMs: () =>
      log.reduce(
        (slowest, { message, durationMs = 0 }) => Math.max(slowest, ANSWERS.has(message) ? durationMs : 0),
        0,
      ),
    atRest: () =>
      vi.waitUntil(async () => (await count(queueUrl, '', 'NotVisible').catch(() => 1)) === 0, {
        timeout: 60_000,
        interval: 100,
      }),
    items,
    deadLetters,
    deadLetterCount: () => count(deadLetterQueueUrl, '', 'NotVisible'),
    stop: async () => {
      await poller.stop();
      await Promise.all([receiver, ...consumerHosts].map(({ kill }) => kill()));
      await sqs.stop();
      await dynamodb.stop();
    },
  };
};

const ANSWERS = new Set(['accepted', 'unavailable', 'rejected']);

/** As serverless.yml declares them, but for a visibility timeout that a test can wait for. */
const createQueues = async (sqs: SQSClient, name: string, visibilitySeconds: number) => {
  const { sqs: local } = clients({ sqs: stack.sqsEndpoint, dynamodb: stack.dynamodbEndpoint });
  const { Attributes = {} } = await local.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.queueUrl, AttributeNames: ['All'] }),
  );
  const { maxReceiveCount } = JSON.parse(Attributes.RedrivePolicy ?? '{}');
  const { QueueUrl: deadLetterQueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `${name}-dlq` }),
  );
  const { Attributes: { QueueArn } = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const { QueueUrl: queueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        VisibilityTimeout: String(visibilitySeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount }),
      },
    }),
  );
  return { queueUrl, deadLetterQueueUrl };
};

const createTable = async (database: DynamoDBClient, name: string) => {
  const { dynamodb } = clients({ sqs: stack.sqsEndpoint, dynamodb: stack.dynamodbEndpoint });
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: stack.tableName }));
  await database.send(
    new CreateTableCommand({
      TableName: name,
      KeySchema: Table?.KeySchema,
      AttributeDefinitions: Table?.AttributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
};

const invoke = async (port: number, event: SQSEvent): Promise<SQSBatchResponse> => {
  const response = await fetch(`http://127.0.0.1:${port}/consumer`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  return (await response.json()) as SQSBatchResponse;
};

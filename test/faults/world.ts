import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { inject, vi } from 'vitest';
import { countMessages } from '../../commands/lib/stage.ts';
import { freePorts } from '../../infrastructure/ports.ts';
import { clients, startDatabase, startQueues } from '../../local/emulators.ts';
import { createResources } from '../../local/resources.ts';
import { callbacks } from '../../shared/callbacks/list.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startEventSource } from './event-source.ts';
import { type FunctionProcess, startFunctions } from './function-process.ts';

export type Options = {
  name?: string;
  /** When a message that failed comes again; at once if not given. */
  visibilitySeconds?: number;
  consumers?: number;
  consumerTimeoutMs?: number;
  /** What the consumers are given instead of the batch that was received. */
  batch?: (event: SQSEvent) => SQSEvent;
  /** For the functions. */
  env?: Record<string, string>;
  /** Where SQS and DynamoDB are, if the world is not to start them. */
  sqsEndpoint?: string;
  dynamodbEndpoint?: string;
};

export type Item = { pk: string; sk: string; body: string; bodyHash: string; [field: string]: unknown };

/** The queues and tables of serverless.yml and the real functions in processes, with a proxy on each way between them. */
export type World = {
  sqs: FaultProxy;
  dynamodb: FaultProxy;
  receiver: FunctionProcess;
  consumers: FunctionProcess[];
  sqsEndpoint: string;
  dynamodbEndpoint: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  tableName: string;
  sqsClient: SQSClient;
  database: DynamoDBClient;
  /** Everything that the functions printed. */
  readonly lines: readonly string[];
  /** Resolves when no message is in the queue, visible or not. */
  atRest: () => Promise<unknown>;
  items: () => Promise<Item[]>;
  /** The texts of the dead letters, which nobody sees from then on. */
  deadLetters: () => Promise<string[]>;
  deadLetterCount: () => Promise<number>;
  stop: () => Promise<void>;
};

type Part = { stop: () => Promise<unknown> };

/** Starts a world; what was started is stopped if the rest cannot be. */
export const createWorld = async (options: Options = {}): Promise<World> => {
  const parts: Part[] = [];
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  const keep = <P extends Part>(part: P): P => {
    parts.push(part);
    return part;
  };
  try {
    return Object.assign(await start(options, keep), { stop });
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (
  options: Options,
  keep: <P extends Part>(part: P) => P,
): Promise<Omit<World, 'stop'>> => {
  const { visibilitySeconds, consumers: count = 1, consumerTimeoutMs = 30_000, batch } = options;
  const ports = await freePorts();
  const sqsEndpoint = options.sqsEndpoint ?? keep(await startQueues(ports.sqs)).endpoint;
  const dynamodbEndpoint = options.dynamodbEndpoint ?? keep(await startDatabase(ports.dynamodb)).endpoint;
  const aws = clients({ sqs: sqsEndpoint, dynamodb: dynamodbEndpoint });
  const resources = inject('resources');
  const urls = await createResources(resources, aws, sqsEndpoint);
  const { CallsQueue: queueUrl = '', CallsDeadLetterQueue: deadLetterQueueUrl = '' } = urls;
  const tableName = String(resources.CallsTable?.Properties.TableName);
  if (visibilitySeconds !== undefined) await setVisibility(aws.sqs, queueUrl, visibilitySeconds);

  const sqs = keep(await startFaultProxy(sqsEndpoint));
  const dynamodb = keep(await startFaultProxy(dynamodbEndpoint));
  const env = {
    QUEUE_URL: sqs.endpoint + new URL(queueUrl).pathname,
    TABLE_NAME: tableName,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    ...options.env,
  };
  const host = async (...names: string[]) => keep(await startFunctions(names, env, consumerTimeoutMs));
  const [receiver, ...consumers] = await Promise.all([
    host(...callbacks.map(({ name }) => name)),
    ...Array.from({ length: count }, () => host('consumer')),
  ]);
  const consume = async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const given = batch?.(event) ?? event;
    const answers = await Promise.all(
      consumers.map(({ invoke }) => invoke<SQSBatchResponse>('consumer', given)),
    );
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
  const impatient = visibilitySeconds === undefined;
  keep(startEventSource({ sqs: aws.sqs, queueUrl, impatient, invoke: consume }));

  const isEmpty = async () => (await countMessages(aws, queueUrl).catch(() => 1)) === 0;
  return {
    sqs,
    dynamodb,
    receiver,
    consumers,
    sqsEndpoint,
    dynamodbEndpoint,
    queueUrl,
    deadLetterQueueUrl,
    tableName,
    sqsClient: aws.sqs,
    database: aws.dynamodb,
    get lines() {
      return [receiver, ...consumers].flatMap(({ lines }) => lines);
    },
    atRest: () => vi.waitUntil(isEmpty, { timeout: 150_000, interval: 50 }),
    items: () => scan(aws.dynamodb, tableName),
    deadLetters: () => drain(aws.sqs, deadLetterQueueUrl),
    deadLetterCount: () => countMessages(aws, deadLetterQueueUrl),
  };
};

const setVisibility = (sqs: SQSClient, QueueUrl: string, seconds: number) =>
  sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(seconds) } }));

const scan = async (client: DynamoDBClient, TableName: string): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    found.push(...Items.map((item) => unmarshall(item) as Item));
  }
  return found;
};

const drain = async (sqs: SQSClient, QueueUrl: string): Promise<string[]> => {
  const texts: string[] = [];
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 });
  for (;;) {
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) return texts;
    texts.push(...Messages.map(({ Body = '' }) => Body));
  }
};

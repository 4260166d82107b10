import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { countMessages } from '../../commands/lib/stage.ts';
import { freePorts } from '../../infrastructure/ports.ts';
import { clients, startDatabase, startQueues } from '../../local/emulators.ts';
import type { Journal } from '../../local/journal.ts';
import type { Resources } from '../../local/plugin.ts';
import { createQueues } from '../../local/queues.ts';
import { createTables, featuresOf, tableNamesOf } from '../../local/tables.ts';
import { callbacks } from '../../shared/callbacks/list.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';
import { startEventSource } from './event-source.ts';
import { type FunctionProcess, startFunctions } from './function-process.ts';
import { type Deliver, startStreamSource } from './stream-source.ts';

export type Options = {
  /** When a message that failed comes again; at once if not given. */
  visibilitySeconds?: number;
  /**
   * How often a message is received before it is a dead letter; as serverless.yml has it if not
   * given.
   */
  maxReceiveCount?: number;
  consumers?: number;
  projectors?: number;
  /** What the functions are told to have. */
  timeoutMs?: number;
  /** What the consumers are given instead of the batch that was received. */
  batch?: (event: SQSEvent) => SQSEvent;
  /**
   * How many messages a consumer and how many records a projector is given at once; few if not
   * given.
   */
  batchSizes?: { messages: number; records: number };
  /** How a batch of the stream comes to a projector; once if not given. */
  deliver?: Deliver;
  /** Whether the table of calls has its stream: somebody has to read it then. */
  streamsCalls?: boolean;
  /** For the functions. */
  env?: Record<string, string>;
  /** The queues and tables to have; those that tests are given if not given. */
  resources?: Resources;
  /** Where SQS is, if the world is not to start it. */
  sqsEndpoint?: string;
};

export type Item = Record<string, unknown> & { pk: string };

/**
 * The queues and tables of serverless.yml and the real functions in processes, with a proxy on each
 * way between them.
 */
export type World = {
  /** From the receivers to SQS, and from the consumers and from the projectors to DynamoDB. */
  sqs: FaultProxy;
  dynamodb: FaultProxy;
  projectorsDynamodb: FaultProxy;
  receiver: FunctionProcess;
  consumers: FunctionProcess[];
  projectors: FunctionProcess[];
  sqsEndpoint: string;
  dynamodbEndpoint: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  sqsClient: SQSClient;
  journal: Journal;
  deliveriesTable: string;
  callsTable: string;
  /** Everything that the functions printed. */
  readonly lines: readonly string[];
  /**
   * Resolves when no message is in the queue, visible or not, and the projectors have read the
   * stream to its end.
   */
  atRest: () => Promise<unknown>;
  deliveries: () => Promise<Item[]>;
  calls: () => Promise<Item[]>;
  /** The texts of the dead letters, which nobody sees from then on. */
  deadLetters: () => Promise<string[]>;
  deadLetterCount: () => Promise<number>;
  /** How many messages are in the queue, visible or not. */
  waiting: () => Promise<number>;
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
  const { visibilitySeconds, timeoutMs = 30_000, batch } = options;
  // What is no test cannot load it.
  const resources = options.resources ?? (await import('vitest')).inject('resources');
  const { DeliveriesTable = '', CallsTable = '' } = tableNamesOf(resources);
  const ports = await freePorts();
  const sqsEndpoint = options.sqsEndpoint ?? keep(await startQueues(ports.sqs)).endpoint;
  const streams = ['DeliveriesTable', ...(options.streamsCalls ? ['CallsTable'] : [])];
  const features = featuresOf(
    resources,
    streams.map((table) => ({ table })),
  );
  const database = keep(await startDatabase(ports.dynamodb, undefined, features));
  const aws = clients({ sqs: sqsEndpoint, dynamodb: database.endpoint });
  await createTables(aws.dynamodb, resources);
  const urls = await createQueues(aws.sqs, resources, sqsEndpoint);
  const { DeliveriesQueue: queueUrl = '', DeliveriesDeadLetterQueue: deadLetterQueueUrl = '' } = urls;
  await shorten(aws.sqs, queueUrl, options);

  const sqs = keep(await startFaultProxy(sqsEndpoint));
  const dynamodb = keep(await startFaultProxy(database.endpoint));
  const projectorsDynamodb = keep(await startFaultProxy(database.endpoint));
  const host = async (names: string[], { endpoint }: FaultProxy) => {
    const env = {
      QUEUE_URL: sqs.endpoint + new URL(queueUrl).pathname,
      DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
      DELIVERIES_TABLE: DeliveriesTable,
      CALLS_TABLE: CallsTable,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      ...options.env,
    };
    return keep(await startFunctions(names, env, timeoutMs));
  };
  const hosts = (count = 1, ...given: Parameters<typeof host>) =>
    Promise.all(Array.from({ length: count }, () => host(...given)));
  const names = callbacks.map(({ name }) => name);
  const [receiver, consumers, projectors] = await Promise.all([
    host(names, dynamodb),
    hosts(options.consumers, ['consumer'], dynamodb),
    hosts(options.projectors, ['projector'], projectorsDynamodb),
  ]);

  const consume = async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const given = batch?.(event) ?? event;
    const answers = await Promise.all(
      consumers.map(({ invoke }) => invoke<SQSBatchResponse>('consumer', given)),
    );
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
  const impatient = visibilitySeconds === undefined;
  const { messages, records } = options.batchSizes ?? {};
  keep(startEventSource({ sqs: aws.sqs, queueUrl, impatient, batchSize: messages, invoke: consume }));
  const projections = projectors.map((projector) =>
    keep(
      startStreamSource(database.journal, DeliveriesTable, projector, 'projector', {
        deliver: options.deliver,
        batchSize: records,
      }),
    ),
  );

  const isEmpty = async () => (await countMessages(aws, queueUrl).catch(() => 1)) === 0;
  const isAtRest = async () =>
    (await isEmpty()) && (await Promise.all(projections.map(({ isAtEnd }) => isAtEnd()))).every(Boolean);
  return {
    sqs,
    dynamodb,
    projectorsDynamodb,
    receiver,
    consumers,
    projectors,
    sqsEndpoint,
    dynamodbEndpoint: database.endpoint,
    queueUrl,
    deadLetterQueueUrl,
    sqsClient: aws.sqs,
    journal: database.journal,
    deliveriesTable: DeliveriesTable,
    callsTable: CallsTable,
    get lines() {
      return [receiver, ...consumers, ...projectors].flatMap(({ lines }) => lines);
    },
    atRest: () => until(isAtRest),
    deliveries: () => scan(aws.dynamodb, DeliveriesTable),
    calls: () => scan(aws.dynamodb, CallsTable),
    deadLetters: () => drain(aws.sqs, deadLetterQueueUrl),
    deadLetterCount: () => countMessages(aws, deadLetterQueueUrl),
    waiting: () => countMessages(aws, queueUrl),
  };
};

const shorten = async (sqs: SQSClient, QueueUrl: string, options: Options): Promise<void> => {
  const { visibilitySeconds, maxReceiveCount } = options;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const RedrivePolicy = JSON.stringify({ ...JSON.parse(Attributes.RedrivePolicy ?? '{}'), maxReceiveCount });
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl,
      Attributes: {
        ...(visibilitySeconds !== undefined && { VisibilityTimeout: String(visibilitySeconds) }),
        ...(maxReceiveCount !== undefined && { RedrivePolicy }),
      },
    }),
  );
};

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

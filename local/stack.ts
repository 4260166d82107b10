import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Ports } from '../infrastructure/ports.ts';
import { callbacks } from '../shared/callbacks/list.ts';
import { clients, startDatabase, startQueues } from './emulators.ts';
import { type QueueSource, queueSources, type StreamSource, streamSources } from './event-sources.ts';
import { invoke } from './invoke.ts';
import type { Journal } from './journal.ts';
import { startPoller } from './poller.ts';
import { deadLetterQueueOf } from './queues.ts';
import { createResources } from './resources.ts';
import { type ServiceEvent, startService } from './service.ts';
import { startStreamPoller } from './stream-poller.ts';
import type { Change } from './stream-record.ts';
import { featuresOf, tableNamesOf } from './tables.ts';

/** The whole pipeline on one machine: the functions of serverless.yml, their queues and their tables. */
export type Stack = {
  /** Where to POST, by callback. */
  urls: Record<string, string>;
  queueUrl: string;
  deadLetterQueueUrl: string;
  /** The URLs of all queues, by logical id. */
  queueUrls: Record<string, string>;
  deliveriesTable: string;
  callsTable: string;
  /** The names of all tables, by logical id. */
  tableNames: Record<string, string>;
  sqsEndpoint: string;
  dynamodbEndpoint: string;
  /** Stops everything in order; what was accepted and is not stored yet stays in the queue. */
  stop: () => Promise<void>;
};

type Options = {
  ports: Ports;
  /** Where queues and tables live; without it in memory. */
  dataDir?: string;
  onProgress?: (step: string) => void;
  /** Each line that the functions or serverless-offline print. */
  onLine?: (line: string) => void;
  /** What happens to the functions once they are up. */
  onEvent?: (event: ServiceEvent) => void;
  /** A message of a queue is handed to a function. */
  onMessage?: (messageId: string, body: string) => void;
  /** A call was written. */
  onCall?: (change: Change) => void;
  /** The deliveries with these partition keys have been made calls of, as far as they are any. */
  onProjected?: (pks: string[]) => void;
  /** The functions' process has ended, and nobody stopped it. */
  onDeath?: (error: Error) => void;
  /** A function that is fed from a queue or a stream failed, or could not be fed. */
  onError?: (functionKey: string, error: Error) => void;
};

const ignore = () => {};

/** Starts the stack on 127.0.0.1; throws a SetupError that says what to do if something is in the way. */
export const startStack = async (options: Options): Promise<Stack> => {
  const { ports, dataDir, onProgress = ignore, onDeath = ignore, onCall = ignore } = options;
  const parts: Parts = { pollers: [] };
  try {
    const queues = await startQueues(ports.sqs, dataDir, { release: true });
    parts.queues = queues;
    onProgress('queues are up, building the functions');
    const service = await startService(options);
    parts.service = service;
    const { functions, resources } = service.definition;
    const sources = { queues: queueSources(functions), streams: streamSources(functions) };

    // Not before it is known which of its tables have streams.
    const features = featuresOf(resources, sources.streams);
    const database = await startDatabase(ports.dynamodb, dataDir, features);
    parts.database = database;
    const aws = clients({ sqs: queues.endpoint, dynamodb: database.endpoint });
    const queueUrls = await createResources(resources, aws, queues.endpoint);
    await service.ready;
    service.died.then(onDeath);
    onProgress('tables and functions are up');

    const tableNames = tableNamesOf(resources);
    const { DeliveriesTable: deliveriesTable = '', CallsTable: callsTable = '' } = tableNames;
    database.journal.watch(callsTable, onCall);
    parts.pollers = [
      ...sources.queues.map((source) => pollQueue(options, source, aws.sqs, queueUrls)),
      ...sources.streams.map((source) => pollStream(options, source, database.journal, tableNames)),
    ];
    const [{ queue = '' } = {}] = sources.queues;
    return {
      urls: Object.fromEntries(
        callbacks.map(({ name, path }) => [name, `http://127.0.0.1:${ports.http}${path}`]),
      ),
      queueUrl: queueUrls[queue] ?? '',
      deadLetterQueueUrl: queueUrls[deadLetterQueueOf(resources, queue) ?? ''] ?? '',
      queueUrls,
      deliveriesTable,
      callsTable,
      tableNames,
      sqsEndpoint: queues.endpoint,
      dynamodbEndpoint: database.endpoint,
      stop: () => stopAll(parts),
    };
  } catch (error) {
    await stopAll(parts);
    throw error;
  }
};

type Part = { stop: () => Promise<void> };
type Parts = { pollers: Part[]; service?: Part; database?: Part; queues?: Part };

/** Whoever uses a part goes before it. */
const stopAll = async ({ pollers, service, database, queues }: Parts): Promise<void> => {
  await Promise.all(pollers.map((poller) => poller.stop()));
  for (const part of [service, database, queues]) await part?.stop();
};

const pollQueue = (
  { ports, onMessage = ignore, onError = ignore }: Options,
  { key, name, queue, batchSize }: QueueSource,
  sqs: SQSClient,
  queueUrls: Record<string, string>,
): Part =>
  startPoller({
    sqs,
    queueUrl: queueUrls[queue] ?? '',
    queueArn: queue,
    batchSize,
    invoke: (event) => {
      for (const { messageId, body } of event.Records) onMessage(messageId, body);
      return invoke(ports.lambda, name, event);
    },
    onError: (error) => onError(key, error),
  });

const pollStream = (
  { ports, onProjected = ignore, onError = ignore }: Options,
  { key, name, table, ...source }: StreamSource,
  journal: Journal,
  tableNames: Record<string, string>,
): Part =>
  startStreamPoller({
    ...source,
    journal,
    table: tableNames[table] ?? '',
    reader: key,
    invoke: (event) => invoke(ports.lambda, name, event),
    onDone: (records) => {
      if (table === 'DeliveriesTable')
        onProjected(records.map(({ dynamodb }) => dynamodb?.Keys?.pk?.S ?? ''));
    },
    onError: (error) => onError(key, error),
  });

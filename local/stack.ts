import type { JWK } from 'jose';
import { callbacks } from '../shared/callbacks/list.ts';
import { clients, startDatabase, startQueues } from './emulators.ts';
import { nameOf, queueSources, streamSources } from './event-sources.ts';
import { type FeedOptions, feed } from './feed.ts';
import { startMetrics } from './metrics.ts';
import { createResources } from './resources.ts';
import { type ServiceEvent, startService } from './service.ts';
import { startSignIn } from './sign-in.ts';
import type { Change } from './stream-record.ts';
import { featuresOf, tableNamesOf } from './tables.ts';

/**
 * The whole pipeline on one machine: the functions of serverless.yml, their queues and their
 * tables.
 */
export type Stack = {
  /** The URLs to POST to, by callback. */
  urls: Record<string, string>;
  /** The URL that lists calls, `GET /api/calls`. */
  apiUrl: string;
  /** The OpenID Connect provider whose tokens the API accepts. */
  issuer: string;
  /** The private key of its tokens. */
  signingKey: JWK;
  queueUrl: string;
  deadLetterQueueUrl: string;
  /** The URLs of all queues, by logical id. */
  queueUrls: Record<string, string>;
  deliveriesTable: string;
  callsTable: string;
  /** The names of all tables, by logical id. */
  tableNames: Record<string, string>;
  /** The name of the bucket of recordings and exports. */
  bucket: string;
  sqsEndpoint: string;
  s3Endpoint: string;
  dynamodbEndpoint: string;
  /** The endpoint of CloudWatch for the functions' metrics. */
  metricsEndpoint: string;
  /** Stops everything in order; accepted callbacks that are not stored yet stay in the queue. */
  stop: () => Promise<void>;
};

type Options = FeedOptions & {
  /** The folder of queues and tables; without it they are in memory. */
  dataDir?: string;
  onProgress?: (step: string) => void;
  /** Each line that the functions or serverless-offline print. */
  onLine?: (line: string) => void;
  /** Events of the running functions. */
  onEvent?: (event: ServiceEvent) => void;
  /** A call was written. */
  onCall?: (change: Change) => void;
  /** The functions' process ended without being stopped. */
  onDeath?: (error: Error) => void;
};

const ignore = () => {};

/**
 * Starts the stack on 127.0.0.1; throws a SetupError that says what to do if something prevents it.
 */
export const startStack = async (options: Options): Promise<Stack> => {
  const { ports, dataDir, onProgress = ignore, onLine = ignore, onDeath = ignore, onCall = ignore } = options;
  const parts: Parts = { pollers: [] };
  try {
    const queues = await startQueues(ports.sqs, dataDir, { release: true });
    parts.queues = queues;
    const signIn = await startSignIn(ports);
    parts.signIn = signIn;
    onProgress('queues are ready, building the functions');
    const metrics = await startMetrics(dataDir);
    parts.metrics = metrics;
    const service = await startService({
      ...options,
      metricsPort: metrics.port,
      onLine: (line) => {
        metrics.line(line);
        onLine(line);
      },
    });
    parts.service = service;
    const { functions, resources } = service.definition;
    const sources = { queues: queueSources(functions), streams: streamSources(functions) };

    // It starts once it is known which tables have streams.
    const features = featuresOf(resources, sources.streams);
    const database = await startDatabase(ports.dynamodb, dataDir, features);
    parts.database = database;
    const aws = clients({ sqs: queues.endpoint, dynamodb: database.endpoint });
    const queueUrls = await createResources(resources, aws, queues.endpoint);
    await service.ready;
    service.died.then(onDeath);
    onProgress('tables and functions are ready');

    const tableNames = tableNamesOf(resources);
    const { DeliveriesTable: deliveriesTable = '', CallsTable: callsTable = '' } = tableNames;
    database.journal.watch(callsTable, onCall);
    parts.pollers = feed(options, sources, {
      sqs: aws.sqs,
      queueUrls,
      journal: database.journal,
      tableNames,
    });
    const { DeliveriesQueue: queueUrl = '', DeliveriesDeadLetterQueue: deadLetterQueueUrl = '' } = queueUrls;
    return {
      urls: urlsAt(ports.http),
      apiUrl: `http://127.0.0.1:${ports.http}/api`,
      issuer: signIn.issuer,
      signingKey: signIn.signingKey,
      queueUrl,
      deadLetterQueueUrl,
      queueUrls,
      deliveriesTable,
      callsTable,
      tableNames,
      bucket: nameOf(resources, 'FilesBucket'),
      sqsEndpoint: queues.endpoint,
      s3Endpoint: queues.endpoint,
      dynamodbEndpoint: database.endpoint,
      metricsEndpoint: metrics.endpoint,
      stop: () => stopAll(parts),
    };
  } catch (error) {
    await stopAll(parts);
    throw error;
  }
};

const urlsAt = (port: number): Record<string, string> =>
  Object.fromEntries(callbacks.map(({ name, path }) => [name, `http://127.0.0.1:${port}${path}`]));

type Part = { stop: () => Promise<void> };
type Parts = {
  pollers: Part[];
  service?: Part;
  metrics?: Part;
  signIn?: Part;
  database?: Part;
  queues?: Part;
};

/** Stops each part before those that it uses. */
const stopAll = async ({ pollers, service, metrics, signIn, database, queues }: Parts): Promise<void> => {
  await Promise.all(pollers.map((poller) => poller.stop()));
  for (const part of [service, metrics, signIn, database, queues]) await part?.stop();
};

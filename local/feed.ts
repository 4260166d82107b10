import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Ports } from '../infrastructure/ports.ts';
import type { QueueSource, StreamSource } from './event-sources.ts';
import { invoke } from './invoke.ts';
import type { Journal } from './journal.ts';
import { type Poller, startPoller } from './poller.ts';
import { startStreamPoller } from './stream-poller.ts';

export type FeedOptions = {
  ports: Ports;
  /** A message of a queue is passed to a function. */
  onMessage?: (messageId: string, body: string) => void;
  /** The deliveries with these partition keys have been projected. */
  onProjected?: (pks: string[]) => void;
  /** A function that a queue or a stream feeds has failed, or could not be called. */
  onError?: (functionKey: string, error: Error) => void;
};

/** The emulators that the records come from. */
type Supply = {
  sqs: SQSClient;
  queueUrls: Record<string, string>;
  journal: Journal;
  tableNames: Record<string, string>;
};

const ignore = () => {};

/** Starts Lambda's event sources, which poll the queues and the streams and call the functions. */
export const feed = (
  options: FeedOptions,
  sources: { queues: QueueSource[]; streams: StreamSource[] },
  supply: Supply,
): Poller[] => [
  ...sources.queues.map((source) => pollQueue(options, source, supply)),
  ...sources.streams.map((source) => pollStream(options, source, supply)),
];

const pollQueue = (
  { ports, onMessage = ignore, onError = ignore }: FeedOptions,
  { key, name, queue, batchSize }: QueueSource,
  { sqs, queueUrls }: Supply,
): Poller =>
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
  { ports, onProjected = ignore, onError = ignore }: FeedOptions,
  { key, name, table, ...source }: StreamSource,
  { journal, tableNames }: Supply,
): Poller =>
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

import type { Functions, Resources } from './plugin.ts';

/** A function, by its key in serverless.yml and by its name on AWS. */
type Fed = { key: string; name: string };

/** A queue that feeds a function. */
export type QueueSource = Fed & { queue: string; batchSize: number };

/** A table whose stream feeds a function. */
export type StreamSource = Fed & {
  /** The table's logical id. */
  table: string;
  batchSize: number;
  start: 'TRIM_HORIZON' | 'LATEST';
  reportsFailures: boolean;
};

type Arn = { 'Fn::GetAtt': [logicalId: string, attribute: string] };
type Event = { arn: Arn; batchSize?: number; functionResponseType?: string; startingPosition?: string };

/** The functions' `sqs` events. */
export const queueSources = (functions: Functions): QueueSource[] =>
  eventsOf(functions, 'sqs').map(({ event, ...fed }) => ({
    ...fed,
    queue: event.arn['Fn::GetAtt'][0],
    batchSize: event.batchSize ?? 10,
  }));

/** The functions' `stream` events, with the defaults of Serverless. */
export const streamSources = (functions: Functions): StreamSource[] =>
  eventsOf(functions, 'stream').map(({ event, ...fed }) => ({
    ...fed,
    table: event.arn['Fn::GetAtt'][0],
    batchSize: event.batchSize ?? 10,
    start: event.startingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON',
    reportsFailures: event.functionResponseType === 'ReportBatchItemFailures',
  }));

const eventsOf = (functions: Functions, type: string): (Fed & { event: Event })[] =>
  Object.entries(functions).flatMap(([key, { name, events }]) =>
    events
      .filter((event) => event[type] !== undefined)
      .map((event) => ({ key, name, event: event[type] as Event })),
  );

/** The name of the table, queue or bucket with the logical id. */
export const nameOf = (resources: Resources, logicalId: string): string => {
  const { TableName, QueueName, BucketName } = resources[logicalId]?.Properties ?? {};
  const name = TableName ?? QueueName ?? BucketName;
  if (typeof name !== 'string') throw new Error(`serverless.yml has no table, queue or bucket ${logicalId}`);
  return name;
};

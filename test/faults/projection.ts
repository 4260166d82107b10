import { randomUUID } from 'node:crypto';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Journal } from '../../local/journal.ts';
import { startStreamPoller } from '../../local/stream-poller.ts';
import type { FunctionProcess } from './function-process.ts';

type Project = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** Brings a batch of the stream to a projector. */
export type Deliver = (event: DynamoDBStreamEvent, project: Project) => Promise<DynamoDBBatchResponse>;

export type Projection = {
  /** Whether the projector has read the stream to its end, as it is now. */
  isAtEnd: () => Promise<boolean>;
  stop: () => Promise<void>;
};

const BATCH_SIZE = 25;

/** A projector that reads all of a table's stream. */
export const startProjection = (
  journal: Journal,
  table: string,
  { invoke }: FunctionProcess,
  deliver: Deliver = (event, project) => project(event),
  batchSize = BATCH_SIZE,
): Projection => {
  const reader = randomUUID();
  const poller = startStreamPoller({
    journal,
    table,
    reader,
    start: 'TRIM_HORIZON',
    batchSize,
    reportsFailures: true,
    invoke: (event) => deliver(event, (batch) => invoke('projector', batch)),
    onError: () => {},
  });
  const isAtEnd = async (): Promise<boolean> => {
    const position = await journal.position(table, reader, 'TRIM_HORIZON');
    return (await journal.read(table, position, 1)).length === 0;
  };
  return { isAtEnd, stop: poller.stop };
};

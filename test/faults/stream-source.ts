import { randomUUID } from 'node:crypto';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Journal } from '../../local/journal.ts';
import { startStreamPoller } from '../../local/stream-poller.ts';
import type { FunctionProcess } from './function-process.ts';

type Invoke = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** Brings a batch of the stream to a function. */
export type Deliver = (event: DynamoDBStreamEvent, invoke: Invoke) => Promise<DynamoDBBatchResponse>;

export type StreamSource = {
  /** Whether the function has read the stream to its end, as it is now. */
  isAtEnd: () => Promise<boolean>;
  stop: () => Promise<void>;
};

type Options = { deliver?: Deliver | undefined; batchSize?: number | undefined };

const BATCH_SIZE = 25;

/** Has a function of a process read all of a table's stream. */
export const startStreamSource = (
  journal: Journal,
  table: string,
  { invoke }: FunctionProcess,
  name: string,
  { deliver = (event, call) => call(event), batchSize = BATCH_SIZE }: Options = {},
): StreamSource => {
  const reader = randomUUID();
  const poller = startStreamPoller({
    journal,
    table,
    reader,
    start: 'TRIM_HORIZON',
    batchSize,
    reportsFailures: true,
    invoke: (event) => deliver(event, (batch) => invoke(name, batch)),
    onError: () => {},
  });
  const isAtEnd = async (): Promise<boolean> => {
    const position = await journal.position(table, reader, 'TRIM_HORIZON');
    return (await journal.read(table, position, 1)).length === 0;
  };
  return { isAtEnd, stop: poller.stop };
};

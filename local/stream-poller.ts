import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Journal } from './journal.ts';
import { fittingGroups } from './payload-limit.ts';
import type { Poller } from './poller.ts';

type Options = {
  journal: Journal;
  table: string;
  /** The name under which the position is saved. */
  reader: string;
  start: 'TRIM_HORIZON' | 'LATEST';
  batchSize: number;
  /**
   * Whether the function reports the first failed record of a batch; otherwise its answer is
   * ignored.
   */
  reportsFailures: boolean;
  /** Calls the function with a batch; if it throws, the whole batch has failed. */
  invoke: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  /** The function has succeeded with these. */
  onDone?: (records: DynamoDBRecord[]) => void;
  onError: (error: Error) => void;
};

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
// How long Ctrl-C waits for a batch at most; records that are not confirmed by then come again.
const STOP_MS = 1_200;

/**
 * Lambda's event source for a table's stream. It delivers batches in order, each again until it
 * succeeds, and a record at least once, as Lambda does.
 */
export const startStreamPoller = (options: Options): Poller => {
  const { journal, table, reader, start, batchSize, onDone = () => {}, onError } = options;
  const stopping = new AbortController();

  const loop = async (): Promise<void> => {
    let position = await journal.position(table, reader, start);
    let retryMs = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      const written = journal.written();
      const [records = []] = fittingGroups(await journal.read(table, position, batchSize));
      if (records.length === 0) {
        await Promise.race([written, aborted(stopping.signal)]);
        continue;
      }
      const done = await succeeded(options, records).catch((error) => {
        if (!stopping.signal.aborted) onError(error);
        return 0;
      });
      if (done > 0) {
        position = sequenceOf(records[done - 1]);
        await journal.confirm(table, reader, position);
        onDone(records.slice(0, done));
      }
      retryMs = done > 0 ? FIRST_RETRY_MS : Math.min(2 * retryMs, LONGEST_RETRY_MS);
      if (done < records.length) await Promise.race([sleep(retryMs), aborted(stopping.signal)]);
    }
  };

  const running = loop().catch(onError);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.race([running, sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
};

/** How many records at the beginning of the batch are done. */
const succeeded = async (
  { invoke, reportsFailures }: Options,
  records: DynamoDBRecord[],
): Promise<number> => {
  const answer = await invoke({ Records: records });
  const failures = (reportsFailures && answer?.batchItemFailures) || [];
  const indexes = failures.map(({ itemIdentifier }) =>
    records.findIndex((record) => sequenceOf(record) === itemIdentifier),
  );
  // An identifier of no record fails the whole batch.
  return Math.max(0, Math.min(records.length, ...indexes));
};

const sequenceOf = (record: DynamoDBRecord | undefined): string => record?.dynamodb?.SequenceNumber ?? '';

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

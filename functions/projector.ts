import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Callback } from '../shared/callbacks/callback.ts';
import { callOfKey } from '../shared/callbacks/list.ts';
import { project } from '../shared/calls/project.ts';
import { readCalls } from '../shared/calls/read-calls.ts';
import { loggable } from '../shared/telemetry/loggable.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';
import { type Counted, countAll } from '../shared/telemetry/metrics.ts';

// What is left for the answer once the writes have been aborted.
const ANSWER_MS = 1_000;
const AT_ONCE = 50;

/**
 * Folds every call with a delivery in the batch, once, and reports the records of those that
 * failed, so that the stream delivers again from the first of them.
 */
export const handler = async (
  event: DynamoDBStreamEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> => {
  const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS));
  const counted: Counted[] = [];
  const failures: DynamoDBBatchResponse['batchItemFailures'] = [];

  const projectOne = async ({ pk, id, callback, records }: Job): Promise<void> => {
    const startedAt = Date.now();
    const logged = { callback: callback.name, ...loggable({ pk, id }), requestId: context.awsRequestId };
    try {
      const { outcome, changed, lagSeconds } = await project(callback, pk, deadline, { items });
      if (changed.length > 0) counted.push({ outcome: 'Changed', callback: callback.name });
      if (lagSeconds !== undefined) counted.push({ callback: callback.name, lagSeconds });
      logger.info('projected', {
        ...logged,
        outcome,
        durationMs: Date.now() - startedAt,
        ...(changed.length > 0 && { changed }),
      });
    } catch (error) {
      counted.push({ outcome: 'Unprojected', callback: callback.name });
      logger.error('unprojected', { ...logged, durationMs: Date.now() - startedAt, reason: reasonOf(error) });
      for (const { dynamodb } of records) failures.push({ itemIdentifier: dynamodb?.SequenceNumber ?? '' });
    }
  };

  const all = jobsOf(event);
  // One DynamoDB request for all of them; items that it does not return are read one by one.
  const items = await readCalls(
    all.map(({ pk }) => pk),
    deadline,
  ).catch(() => new Map());
  const jobs = all.values();
  const work = async () => {
    for (const job of jobs) await projectOne(job);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  countAll(counted);
  return { batchItemFailures: failures };
};

type Job = { pk: string; id: string; callback: Callback; records: DynamoDBRecord[] };

/** What is to be folded, without rejected bodies and agents, which are no calls. */
const jobsOf = ({ Records }: DynamoDBStreamEvent): Job[] => {
  const byCall = Map.groupBy(Records, ({ dynamodb }) => dynamodb?.Keys?.pk?.S ?? '');
  return [...byCall].flatMap(([pk, records]) => {
    const call = callOfKey(pk);
    return call ? [{ pk, ...call, records }] : [];
  });
};

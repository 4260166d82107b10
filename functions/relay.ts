import { unmarshall } from '@aws-sdk/util-dynamodb';
import type {
  AttributeValue,
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
} from 'aws-lambda';
import { refOf } from '../shared/deliveries/ref.ts';
import { type Job, jobsOf, type RecordedCall } from '../shared/recordings/job.ts';
import type { Recorded } from '../shared/recordings/kinds.ts';
import { sendJobs } from '../shared/recordings/queue.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';

// What is left for the answer once the queue has been given up.
const ANSWER_MS = 1_000;

/** Asks the archiver for each recording that a call of the batch has and did not have before. */
export const handler = async (
  event: DynamoDBStreamEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> => {
  if (process.env.ARCHIVE_RECORDINGS !== 'on') return { batchItemFailures: [] };
  const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS));
  const all = event.Records.flatMap((record) => newJobsOf(record).map((job) => ({ job, record })));
  const unsent = await unsentOf(
    all.map(({ job }) => job),
    deadline,
  );
  // The stream delivers from the first of them again. A job that is sent twice is done once.
  const failed = all.filter(({ job }) => unsent.has(job));
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: sequenceOf(record) })) };
};

const unsentOf = async (jobs: Job[], deadline: AbortSignal): Promise<Set<Job>> => {
  try {
    const refused = await sendJobs(jobs, deadline);
    for (const { pk, kind } of refused) logger.error('unasked', { ref: refOf(pk), kind });
    return new Set(refused);
  } catch (error) {
    logger.error('unasked', { recordings: jobs.length, reason: reasonOf(error) });
    return new Set(jobs);
  }
};

type Image = Record<string, AttributeValue> | undefined;

const newJobsOf = ({ dynamodb }: DynamoDBRecord): Job[] => {
  const call = read<RecordedCall>(dynamodb?.NewImage);
  return call === undefined ? [] : jobsOf(call, read<Recorded>(dynamodb?.OldImage));
};

const read = <Item>(image: Image): Item | undefined =>
  image && (unmarshall(image as Parameters<typeof unmarshall>[0]) as Item);

const sequenceOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';

import { unmarshall } from '@aws-sdk/util-dynamodb';
import type {
  AttributeValue,
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
} from 'aws-lambda';
import type { CallItem } from '../shared/calls/item.ts';
import { isLive } from '../shared/deliveries/expiry.ts';
import { refOf } from '../shared/deliveries/ref.ts';
import { eventOf } from '../shared/events/event.ts';
import { publish } from '../shared/events/publish.ts';
import { takersIn } from '../shared/events/takers.ts';
import { type Job, jobsOf } from '../shared/recordings/job.ts';
import { sendJobs } from '../shared/recordings/queue.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';

// What is left for the answer once the queues have been given up.
const ANSWER_MS = 1_000;

type Change = { record: DynamoDBRecord; before: CallItem | undefined; after: CallItem | undefined };

/**
 * Reports the changes of calls: an event of each to whoever receives events, and a job to the
 * archiver for each new recording.
 */
export const handler = async (
  event: DynamoDBStreamEvent,
  context: Context,
): Promise<DynamoDBBatchResponse> => {
  const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS));
  const changes = event.Records.map(
    (record): Change => ({
      record,
      before: read(record.dynamodb?.OldImage),
      after: read(record.dynamodb?.NewImage),
    }),
  );
  const failed = await Promise.all([askArchiver(changes, deadline), tellOthers(changes, deadline)]);
  // The stream delivers again from the first of them. An event keeps its id, and a job that is sent
  // twice is done once.
  const records = new Set(failed.flat());
  return {
    batchItemFailures: [...records].map(({ dynamodb }) => ({
      itemIdentifier: dynamodb?.SequenceNumber ?? '',
    })),
  };
};

type Image = Record<string, AttributeValue> | undefined;

const read = (image: Image): CallItem | undefined =>
  image && (unmarshall(image as Parameters<typeof unmarshall>[0]) as CallItem);

/**
 * Publishes the events of the changes; returns the records of those that some receiver did not
 * accept.
 */
const tellOthers = async (changes: Change[], deadline: AbortSignal): Promise<DynamoDBRecord[]> => {
  const all = changes.flatMap(({ record, before, after }) => {
    const event = eventOf(before, after, writtenAt(record));
    return event ? [{ record, event }] : [];
  });
  const untaken = await publish(
    all.map(({ event }) => event),
    takersIn(process.env),
    deadline,
  );
  for (const { event } of all) {
    const reason = untaken.get(event.id);
    const told = { event: event.id, type: event.type, ref: event.data.ref, rev: event.data.rev };
    if (reason !== undefined) logger.error('untold', { ...told, reason });
  }
  return all.filter(({ event }) => untaken.has(event.id)).map(({ record }) => record);
};

const writtenAt = ({ dynamodb }: DynamoDBRecord): Date =>
  new Date(1000 * (dynamodb?.ApproximateCreationDateTime ?? 0));

/**
 * Requests the new recordings of the changes; returns the records of those that the queue did not
 * accept.
 */
const askArchiver = async (changes: Change[], deadline: AbortSignal): Promise<DynamoDBRecord[]> => {
  if (process.env.ARCHIVE_RECORDINGS !== 'on') return [];
  const all = changes.flatMap(({ record, before, after }) =>
    after && isLive(after) ? jobsOf(after, before).map((job) => ({ record, job })) : [],
  );
  const unsent = await unsentOf(
    all.map(({ job }) => job),
    deadline,
  );
  return all.filter(({ job }) => unsent.has(job)).map(({ record }) => record);
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

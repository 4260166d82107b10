import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type ArchiveResult, archiveKey, type Stored } from '../deliveries/archive-result.ts';
import { dynamodb } from '../deliveries/dynamodb.ts';
import { expiryOfJob, type Job } from './job.ts';

const keyOf = ({ pk, kind }: Job) => ({ pk, sk: archiveKey(kind) });

/** The recording's result so far. */
export const resultOf = async (job: Job, abortSignal: AbortSignal): Promise<ArchiveResult | undefined> => {
  const TableName = process.env.DELIVERIES_TABLE;
  const command = new GetItemCommand({ TableName, Key: marshall(keyOf(job)), ConsistentRead: true });
  const { Item } = await dynamodb.send(command, { abortSignal });
  return Item && (unmarshall(Item) as ArchiveResult);
};

// A newer version of the call may have another URL, whose result stays.
const IS_NEWEST = 'attribute_not_exists(revisedAt) OR revisedAt <= :revisedAt';

/**
 * Records that the recording is archived; returns the previous result, or undefined if a newer URL
 * has one.
 */
export const writeArchived = async (
  job: Job,
  stored: Stored,
): Promise<{ earlier?: ArchiveResult | undefined } | undefined> => {
  const { url, revisedAt } = job;
  const expiresAt = expiryOfJob(job);
  const item: ArchiveResult = {
    ...keyOf(job),
    ...{ state: 'archived', ...stored, at: now(), url, revisedAt },
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const command = new PutItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Item: marshall(item),
    ConditionExpression: IS_NEWEST,
    ExpressionAttributeValues: marshall({ ':revisedAt': revisedAt }),
    ReturnValues: 'ALL_OLD',
  });
  return unlessNewer(async () => {
    const { Attributes } = await dynamodb.send(command);
    return { earlier: Attributes && (unmarshall(Attributes) as ArchiveResult) };
  });
};

/**
 * Records that the recording is not archived, and why; does nothing if it is by now, or if a newer
 * URL has a result.
 */
export const writeUnfetched = async (
  job: Job,
  state: 'waiting' | 'failed',
  reason: string,
): Promise<void> => {
  const { url, revisedAt } = job;
  const expiresAt = expiryOfJob(job);
  const command = new UpdateItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Key: marshall(keyOf(job)),
    UpdateExpression: `SET #state = :state, reason = :reason, #at = :at, #url = :url, revisedAt = :revisedAt${
      expiresAt === undefined ? '' : ', expiresAt = :expiresAt'
    }`,
    // The same job can run twice at once.
    ConditionExpression: `(${IS_NEWEST}) AND NOT (#state = :archived AND #url = :url)`,
    ExpressionAttributeNames: { '#state': 'state', '#at': 'at', '#url': 'url' },
    ExpressionAttributeValues: marshall({
      ':archived': 'archived',
      ':state': state,
      ':reason': reason,
      ':at': now(),
      ':url': url,
      ':revisedAt': revisedAt,
      ...(expiresAt !== undefined && { ':expiresAt': expiresAt }),
    }),
  });
  await unlessNewer(() => dynamodb.send(command));
};

/** Forgets what was done about the recording. */
export const removeResult = async (job: Job): Promise<void> => {
  const TableName = process.env.DELIVERIES_TABLE;
  await dynamodb.send(new DeleteItemCommand({ TableName, Key: marshall(keyOf(job)) }));
};

const now = (): string => new Date().toISOString();

const unlessNewer = async <Done>(write: () => Promise<Done>): Promise<Done | undefined> => {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};

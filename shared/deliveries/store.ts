import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Message } from './message.ts';

const dynamodb = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 100 },
  },
});

/** `stored`: new. `duplicate`: a redelivery. `changed`: known identity, another body; kept beside the first. */
export type Outcome = 'stored' | 'duplicate' | 'changed';

/** Writes the message's item to the table `TABLE_NAME`, once, however often it is called. */
export const store = async (message: Message, abortSignal: AbortSignal): Promise<Outcome> => {
  const item = itemOf(message);
  if (await putNew(item, abortSignal)) return 'stored';
  if ((await storedHash(message, abortSignal)) === message.bodyHash) return 'duplicate';
  const changed = { ...item, sk: changedKey(message) };
  return (await putNew(changed, abortSignal)) ? 'changed' : 'duplicate';
};

/** The `sk` of a delivery whose identity is taken by another body. */
export const changedKey = ({ sk, bodyHash }: Message): string => `${sk}#changed#${bodyHash.slice(0, 16)}`;

type Item = ReturnType<typeof itemOf>;

const itemOf = (message: Message) => {
  if ('issues' in message) return { ...message, expiresAt: expiry(message.receivedAt) };
  const { record, ...delivery } = message;
  return { ...record, ...delivery };
};

const REJECTED_DAYS = 30;

/** Epoch seconds, as DynamoDB's time to live wants them. */
const expiry = (receivedAt: string): number =>
  Math.floor(Date.parse(receivedAt) / 1000) + REJECTED_DAYS * 86_400;

const putNew = async (item: Item, abortSignal: AbortSignal): Promise<boolean> => {
  const command = new PutItemCommand({
    TableName: process.env.TABLE_NAME,
    Item: marshall(item, { removeUndefinedValues: true }),
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  try {
    await dynamodb.send(command, { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const storedHash = async ({ pk, sk }: Message, abortSignal: AbortSignal): Promise<string | undefined> => {
  const command = new GetItemCommand({
    TableName: process.env.TABLE_NAME,
    Key: marshall({ pk, sk }),
    ProjectionExpression: 'bodyHash',
    ConsistentRead: true,
  });
  const { Item } = await dynamodb.send(command, { abortSignal });
  // Gone between the two calls (its time to live): the redelivery of the message will find the place free.
  if (Item === undefined) throw new Error('the stored item vanished while it was compared');
  return Item.bodyHash?.S;
};

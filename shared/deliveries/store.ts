import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isRejected } from './delivery.ts';
import { dynamodb } from './dynamodb.ts';
import type { Item } from './message.ts';

/** `stored`: new. `duplicate`: the same body of the same call again. */
export type StoreOutcome = 'stored' | 'duplicate';

/** Puts the item into the table `DELIVERIES_TABLE`, once, however often it comes. */
export const store = async (item: Item, abortSignal: AbortSignal): Promise<StoreOutcome> => {
  const command = new PutItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Item: marshall(item, { removeUndefinedValues: true }),
    ...(isRejected(item) ? unlessLater(item) : unlessThere()),
  });
  try {
    const { Attributes } = await dynamodb.send(command, { abortSignal });
    return Attributes === undefined ? 'stored' : 'duplicate';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'duplicate';
    throw error;
  }
};

/** What has expired is as good as gone: DynamoDB deletes it within days. */
const unlessThere = () => ({
  ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
  ExpressionAttributeValues: marshall({ ':now': Math.floor(Date.now() / 1000) }),
});

/** A rejected body lives on from its last arrival. */
const unlessLater = ({ receivedAt }: Item) => ({
  ConditionExpression: 'attribute_not_exists(pk) OR receivedAt < :receivedAt',
  ExpressionAttributeValues: marshall({ ':receivedAt': String(receivedAt) }),
  ReturnValues: 'ALL_OLD' as const,
});

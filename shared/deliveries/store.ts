import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from './dynamodb.ts';
import type { Item } from './message.ts';

/** `stored`: new. `duplicate`: the same body of the same call again. */
export type StoreOutcome = 'stored' | 'duplicate';

/**
 * Puts the item into the table `DELIVERIES_TABLE`, once, however often it comes. An expiring item
 * lives on from its last arrival, even if DynamoDB has not deleted the earlier one yet.
 */
export const store = async (item: Item, abortSignal: AbortSignal): Promise<StoreOutcome> => {
  const expires = item.expiresAt !== undefined;
  const command = new PutItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Item: marshall(item, { removeUndefinedValues: true }),
    ConditionExpression: expires
      ? 'attribute_not_exists(pk) OR expiresAt < :expiresAt'
      : 'attribute_not_exists(pk)',
    ...(expires && {
      ExpressionAttributeValues: marshall({ ':expiresAt': item.expiresAt }),
      ReturnValues: 'ALL_OLD',
    }),
  });
  try {
    const { Attributes } = await dynamodb.send(command, { abortSignal });
    return Attributes === undefined ? 'stored' : 'duplicate';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'duplicate';
    throw error;
  }
};

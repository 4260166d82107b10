import { DeleteItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isArchiveResult } from './archive-result.ts';
import { dynamodb } from './dynamodb.ts';

/**
 * Deletes all items of a call, so that the projector removes the call; returns how many bodies it
 * had.
 */
export const removeDeliveries = async (pk: string, abortSignal: AbortSignal): Promise<number> => {
  const query = {
    TableName: process.env.DELIVERIES_TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': pk }),
    ProjectionExpression: 'pk, sk',
    ConsistentRead: true,
  };
  let removed = 0;
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query, { abortSignal })) {
    for (const Key of Items) {
      await dynamodb.send(new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key }), {
        abortSignal,
      });
      if (!isArchiveResult({ sk: Key.sk?.S ?? '' })) removed++;
    }
  }
  return removed;
};

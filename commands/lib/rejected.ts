import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Callback, rejectedKey } from '../../shared/callbacks/callback.ts';
import type { Issue, RejectedDelivery } from '../../shared/deliveries/message.ts';
import type { Stage } from './stage.ts';

/** A rejected body of the table, and the callback that it was sent to. */
export type Rejected = { item: RejectedDelivery; callback: Callback };

/** The rejected bodies received since then, a page in memory at a time. */
export async function* rejectedBodies(
  { dynamodb, tableName }: Stage,
  callbacks: readonly Callback[],
  since: string,
): AsyncGenerator<Rejected, void> {
  for (const callback of callbacks) {
    const query = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'receivedAt >= :since',
      ExpressionAttributeValues: marshall({ ':pk': rejectedKey(callback.name), ':since': since }),
    };
    for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
      for (const item of Items) yield { item: unmarshall(item) as RejectedDelivery, callback };
    }
  }
}

/** Removes a rejected body. */
export const forget = async ({ dynamodb, tableName }: Stage, item: RejectedDelivery): Promise<void> => {
  await dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(item) }));
};

/** Changes what is said to be wrong with a rejected body, unless its time to live has removed it meanwhile. */
export const keepIssues = async (
  { dynamodb, tableName }: Stage,
  item: RejectedDelivery,
  issues: readonly Issue[],
): Promise<void> => {
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: keyOf(item),
    UpdateExpression: 'SET issues = :issues',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':issues': issues }),
  });
  try {
    await dynamodb.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

const keyOf = ({ pk, sk }: RejectedDelivery) => marshall({ pk, sk });

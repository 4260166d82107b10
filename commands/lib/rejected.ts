import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Callback } from '../../shared/callbacks/callback.ts';
import { type RejectedBody, rejectedKey } from '../../shared/deliveries/delivery.ts';
import type { Stage } from './stage.ts';

/** A rejected body of the table, and the callback that it was sent to. */
export type Rejected = { item: RejectedBody; callback: Callback };

/** The rejected bodies received since then that have not expired, a page in memory at a time. */
export async function* rejectedBodies(
  { dynamodb, deliveriesTable }: Stage,
  callbacks: readonly Callback[],
  since: string,
): AsyncGenerator<Rejected, void> {
  for (const callback of callbacks) {
    const query = {
      TableName: deliveriesTable,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'receivedAt >= :since AND expiresAt > :now',
      ExpressionAttributeValues: marshall({
        ':pk': rejectedKey(callback.name),
        ':since': since,
        ':now': Math.floor(Date.now() / 1000),
      }),
    };
    for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
      for (const item of Items) yield { item: unmarshall(item) as RejectedBody, callback };
    }
  }
}

/** Removes a rejected body. */
export const forget = async ({ dynamodb, deliveriesTable }: Stage, item: RejectedBody): Promise<void> => {
  await dynamodb.send(new DeleteItemCommand({ TableName: deliveriesTable, Key: keyOf(item) }));
};

/** Changes the issues of a rejected body, unless its time to live has removed it meanwhile. */
export const keepIssues = async (
  { dynamodb, deliveriesTable }: Stage,
  item: RejectedBody,
  issues: RejectedBody['issues'],
): Promise<void> => {
  const update = new UpdateItemCommand({
    TableName: deliveriesTable,
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

const keyOf = ({ pk, sk }: RejectedBody) => marshall({ pk, sk });

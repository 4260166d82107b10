import { GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Delivery, RejectedBody } from './delivery.ts';
import { dynamodb } from './dynamodb.ts';

const BODY = 'body#';

/** All deliveries of a call, read consistently. */
export const deliveriesOf = async (pk: string, abortSignal: AbortSignal): Promise<Delivery[]> => {
  const query = {
    TableName: process.env.DELIVERIES_TABLE,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :body)',
    ExpressionAttributeValues: marshall({ ':pk': pk, ':body': BODY }),
    ConsistentRead: true,
  };
  const deliveries: Delivery[] = [];
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query, { abortSignal })) {
    deliveries.push(...Items.map((item) => unmarshall(item) as Delivery));
  }
  return deliveries;
};

/** One body, accepted or rejected; undefined if there is none, or it has expired. */
export const deliveryAt = async (
  pk: string,
  sk: string,
  abortSignal: AbortSignal,
): Promise<Delivery | RejectedBody | undefined> => {
  const command = new GetItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key: marshall({ pk, sk }) });
  const { Item } = await dynamodb.send(command, { abortSignal });
  const item = Item && (unmarshall(Item) as Delivery | RejectedBody);
  // DynamoDB deletes what has expired within days.
  return item && 'expiresAt' in item && item.expiresAt <= Date.now() / 1000 ? undefined : item;
};

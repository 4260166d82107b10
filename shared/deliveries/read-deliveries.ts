import { GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type ArchiveResult, isArchiveResult } from './archive-result.ts';
import type { Delivery, RejectedBody } from './delivery.ts';
import { dynamodb } from './dynamodb.ts';

/** The items of a call: its bodies, and the archiver's results for its recordings. */
export type Deliveries = { bodies: Delivery[]; results: ArchiveResult[] };

/** All items of a call, read consistently. */
export const deliveriesOf = async (pk: string, abortSignal: AbortSignal): Promise<Deliveries> => {
  const query = {
    TableName: process.env.DELIVERIES_TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': pk }),
    ConsistentRead: true,
  };
  const deliveries: Deliveries = { bodies: [], results: [] };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query, { abortSignal })) {
    for (const item of Items.map((attributes) => unmarshall(attributes) as Delivery | ArchiveResult)) {
      if (isArchiveResult(item)) deliveries.results.push(item);
      else deliveries.bodies.push(item);
    }
  }
  return deliveries;
};

/** One body, accepted or rejected; undefined if it does not exist, or has expired. */
export const deliveryAt = async (
  pk: string,
  sk: string,
  abortSignal: AbortSignal,
): Promise<Delivery | RejectedBody | undefined> => {
  const command = new GetItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key: marshall({ pk, sk }) });
  const { Item } = await dynamodb.send(command, { abortSignal });
  const item = Item && (unmarshall(Item) as Delivery | RejectedBody);
  // DynamoDB deletes expired items only after some days.
  return item && 'expiresAt' in item && item.expiresAt <= Date.now() / 1000 ? undefined : item;
};

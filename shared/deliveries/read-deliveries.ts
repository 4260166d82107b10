import { GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type ArchiveResult, isArchiveResult } from './archive-result.ts';
import type { Delivery, RejectedBody } from './delivery.ts';
import { dynamodb } from './dynamodb.ts';
import { isLive } from './expiry.ts';

/** The items of a call: its bodies, and the archiver's results for its recordings. */
export type Deliveries = { bodies: Delivery[]; results: ArchiveResult[] };

/** All that there is of a call, also what has expired and is not deleted yet, read consistently. */
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

/** What there is of a call and has not expired. */
export const liveDeliveriesOf = async (pk: string, abortSignal: AbortSignal): Promise<Deliveries> => {
  const { bodies, results } = await deliveriesOf(pk, abortSignal);
  return { bodies: bodies.filter(isLive), results: results.filter(isLive) };
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
  return item && isLive(item) ? item : undefined;
};

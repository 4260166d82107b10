import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Delivery } from './delivery.ts';
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

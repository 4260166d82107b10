import { DeleteItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { callbacks } from '../callbacks/list.ts';
import { type RejectedBody, rejectedKey } from '../deliveries/delivery.ts';
import { dynamodb } from '../deliveries/dynamodb.ts';
import { subjectOf, writeTombstone } from '../deliveries/tombstone.ts';
import type { PhoneNumber } from './phone-number.ts';
import { writingsInBody } from './subject.ts';
import type { Writing } from './writings.ts';

/** A rejected body that has a number, or what is like it. */
export type FoundRejected = { pk: string; sk: string; writings: Writing[] };

/** The rejected bodies with a number. Reads all of them: they are of the last 30 days, and in no index. */
export async function* findRejected(
  number: PhoneNumber,
  abortSignal: AbortSignal,
): AsyncGenerator<FoundRejected, void> {
  for (const { name } of callbacks) {
    const query = {
      TableName: process.env.DELIVERIES_TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': rejectedKey(name) }),
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query, { abortSignal })) {
      for (const item of Items.map((attributes) => unmarshall(attributes) as RejectedBody)) {
        const writings = writingsInBody(item, number);
        if (writings.length > 0) yield { pk: item.pk, sk: item.sk, writings };
      }
    }
  }
}

/** Erases a rejected body, which stays away from then on. */
export const eraseRejected = async (
  { pk, sk }: { pk: string; sk: string },
  abortSignal: AbortSignal,
): Promise<void> => {
  await writeTombstone(subjectOf({ pk, sk }), abortSignal);
  const Key = marshall({ pk, sk });
  const command = new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key });
  await dynamodb.send(command, { abortSignal });
};

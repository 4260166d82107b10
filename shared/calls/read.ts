import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../deliveries/dynamodb.ts';
import type { CallItem } from './item.ts';

/** The item of a call as it is now, read consistently. */
export const readCall = async (pk: string, abortSignal: AbortSignal): Promise<CallItem | undefined> => {
  const command = new GetItemCommand({
    TableName: process.env.CALLS_TABLE,
    Key: marshall({ pk }),
    ConsistentRead: true,
  });
  const { Item } = await dynamodb.send(command, { abortSignal });
  return Item && (unmarshall(Item) as CallItem);
};

import { BatchGetItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../deliveries/dynamodb.ts';
import type { CallItem } from './item.ts';

/** The present item of a call, read consistently. */
export const readCall = async (pk: string, abortSignal?: AbortSignal): Promise<CallItem | undefined> => {
  const command = new GetItemCommand({
    TableName: process.env.CALLS_TABLE,
    Key: marshall({ pk }),
    ConsistentRead: true,
  });
  const { Item } = await dynamodb.send(command, abortSignal && { abortSignal });
  return Item && (unmarshall(Item) as CallItem);
};

// The limit of a DynamoDB request.
const MAX_KEYS = 100;

/**
 * The present items of calls, read consistently, as many as DynamoDB returns at once. A call that
 * was not read is not in the map; one without an item is undefined there.
 */
export const readCalls = async (
  pks: readonly string[],
  abortSignal: AbortSignal,
): Promise<Map<string, CallItem | undefined>> => {
  const table = process.env.CALLS_TABLE ?? '';
  const items = new Map<string, CallItem | undefined>();
  for (let n = 0; n < pks.length; n += MAX_KEYS) {
    const some = pks.slice(n, n + MAX_KEYS);
    const Keys = some.map((pk) => marshall({ pk }));
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    const { Responses, UnprocessedKeys } = await dynamodb.send(command, { abortSignal });
    for (const pk of some) items.set(pk, undefined);
    for (const item of Responses?.[table] ?? []) items.set(item.pk?.S ?? '', unmarshall(item) as CallItem);
    for (const key of UnprocessedKeys?.[table]?.Keys ?? []) items.delete(key.pk?.S ?? '');
  }
  return items;
};

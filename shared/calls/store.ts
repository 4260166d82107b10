import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../deliveries/dynamodb.ts';
import type { CallItem } from './item.ts';

/** Whether the next item says anything that the current one does not. */
export const differs = (current: CallItem | undefined, next: Omit<CallItem, 'rev'>): boolean =>
  // As DynamoDB returns it: without undefined values.
  !isDeepStrictEqual(factsOf(current ?? {}), factsOf(JSON.parse(JSON.stringify(next))));

const factsOf = ({ rev: _, silent: _1, ...facts }: Partial<CallItem>) => facts;

/** Puts the item as the successor of `current`; false if that is no longer the current one. */
export const writeCall = (
  current: CallItem | undefined,
  next: Omit<CallItem, 'rev'>,
  abortSignal: AbortSignal,
): Promise<boolean> =>
  ifUnchanged(() =>
    dynamodb.send(
      new PutItemCommand({
        TableName: process.env.CALLS_TABLE,
        Item: marshall({ ...next, rev: (current?.rev ?? 0) + 1 }, { removeUndefinedValues: true }),
        ...conditionOn(current),
      }),
      { abortSignal },
    ),
  );

/** Deletes the item; false if it is no longer the current one. */
export const removeCall = (current: CallItem, abortSignal: AbortSignal): Promise<boolean> =>
  ifUnchanged(() =>
    dynamodb.send(
      new DeleteItemCommand({
        TableName: process.env.CALLS_TABLE,
        Key: marshall({ pk: current.pk }),
        ...conditionOn(current),
      }),
      { abortSignal },
    ),
  );

const conditionOn = (current: CallItem | undefined) =>
  current === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'rev = :rev', ExpressionAttributeValues: marshall({ ':rev': current.rev }) };

const ifUnchanged = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

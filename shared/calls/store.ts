import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../deliveries/dynamodb.ts';
import type { CallItem } from './item.ts';

/** Whether the next item says anything of the call that the current one does not. */
export const differs = (current: CallItem | undefined, next: Omit<CallItem, 'rev'>): boolean =>
  // As DynamoDB returns it: without undefined values.
  !isDeepStrictEqual(factsOf(current ?? {}), factsOf(JSON.parse(JSON.stringify(next))));

const factsOf = ({ rev: _, silent: _1, expiresAt: _2, ...facts }: Partial<CallItem>) => facts;

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

/**
 * Lets the item expire then, or never; false if it is not the current one any more. Nothing else of it changes, so that nobody is told:
 * whoever knows its `rev` knows the call.
 */
export const expireCall = async (
  current: CallItem,
  expiresAt: number | undefined,
  abortSignal: AbortSignal,
): Promise<boolean> => {
  if (current.expiresAt === expiresAt) return true;
  const { ConditionExpression, ExpressionAttributeValues } = conditionOn(current);
  const UpdateExpression = expiresAt === undefined ? 'REMOVE expiresAt' : 'SET expiresAt = :next';
  const update = new UpdateItemCommand({
    TableName: process.env.CALLS_TABLE,
    Key: marshall({ pk: current.pk }),
    UpdateExpression,
    ConditionExpression,
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...(expiresAt !== undefined && marshall({ ':next': expiresAt })),
    },
  });
  return ifUnchanged(() => dynamodb.send(update, { abortSignal }));
};

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

// An item that is to expire at another time keeps its rev.
const conditionOn = (current: CallItem | undefined) => {
  if (current === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const { rev, expiresAt } = current;
  const isAsBefore = expiresAt === undefined ? 'attribute_not_exists(expiresAt)' : 'expiresAt = :expiresAt';
  return {
    ConditionExpression: `rev = :rev AND ${isAsBefore}`,
    ExpressionAttributeValues: marshall(
      { ':rev': rev, ':expiresAt': expiresAt },
      { removeUndefinedValues: true },
    ),
  };
};

const ifUnchanged = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ArchiveResult } from './archive-result.ts';
import { dynamodb } from './dynamodb.ts';

/** Lets what the archiver did about a call's recordings expire with the call, or never. */
export const expireResults = async (
  results: readonly ArchiveResult[],
  expiresAt: number | undefined,
  abortSignal: AbortSignal,
): Promise<void> => {
  for (const result of results) {
    if (result.expiresAt !== expiresAt) await expire(result, expiresAt, abortSignal);
  }
};

const expire = async (
  { pk, sk }: ArchiveResult,
  expiresAt: number | undefined,
  abortSignal: AbortSignal,
): Promise<void> => {
  const update = new UpdateItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Key: marshall({ pk, sk }),
    // Not one that is gone meanwhile.
    ConditionExpression: 'attribute_exists(pk)',
    ...(expiresAt === undefined
      ? { UpdateExpression: 'REMOVE expiresAt' }
      : {
          UpdateExpression: 'SET expiresAt = :expiresAt',
          ExpressionAttributeValues: marshall({ ':expiresAt': expiresAt }),
        }),
  });
  try {
    await dynamodb.send(update, { abortSignal });
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

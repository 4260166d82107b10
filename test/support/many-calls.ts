import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Call } from '../../shared/calls/fold.ts';
import { itemOf } from '../../shared/calls/item.ts';

const AT_ONCE = 25;

/** Writes the items of calls as the projector does, many at a time. */
export const writeCalls = async (
  dynamodb: DynamoDBClient,
  table: string,
  calls: readonly Call[],
): Promise<void> => {
  for (let n = 0; n < calls.length; n += AT_ONCE) {
    const requests = calls.slice(n, n + AT_ONCE).map((call) => ({
      PutRequest: { Item: marshall({ ...itemOf(call), rev: 1 }, { removeUndefinedValues: true }) },
    }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
};

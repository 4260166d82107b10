import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { tombstoneKey } from '../../shared/deliveries/tombstone.ts';
import type { Stage } from './stage.ts';

/**
 * Resolves to whether a queued delivery gets stored, or is of an erased call and need not be; to false
 * once nothing at all was stored for `patience`.
 */
export const watchStoring = (stage: Stage, patienceMs: number, signal: AbortSignal) => {
  let storedAt = 0;
  return async (delivery: Delivery): Promise<boolean> => {
    const sentAt = Date.now();
    while (!(await isDone(stage, delivery))) {
      if (signal.aborted || Date.now() - Math.max(sentAt, storedAt) > patienceMs) return false;
      await sleep(stage.pollMs, undefined, { signal }).catch(() => {});
    }
    storedAt = Date.now();
    return true;
  };
};

const isDone = async (stage: Stage, { pk, sk }: Delivery): Promise<boolean> =>
  (await isThere(stage, { pk, sk })) || isThere(stage, tombstoneKey(pk));

const isThere = async (
  { dynamodb, deliveriesTable }: Stage,
  key: { pk: string; sk: string },
): Promise<boolean> => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: deliveriesTable,
      Key: marshall(key),
      ProjectionExpression: 'pk',
      ConsistentRead: true,
    }),
  );
  return Item !== undefined;
};

import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import type { Stage } from './stage.ts';

/**
 * Resolves to whether a queued delivery gets stored; to false once nothing at all was stored for
 * `patience`.
 */
export const watchStoring = (stage: Stage, patienceMs: number, signal: AbortSignal) => {
  let storedAt = 0;
  return async (delivery: Delivery): Promise<boolean> => {
    const sentAt = Date.now();
    while (!(await isStored(stage, delivery))) {
      if (signal.aborted || Date.now() - Math.max(sentAt, storedAt) > patienceMs) return false;
      await sleep(stage.pollMs, undefined, { signal }).catch(() => {});
    }
    storedAt = Date.now();
    return true;
  };
};

const isStored = async ({ dynamodb, deliveriesTable }: Stage, { pk, sk }: Delivery): Promise<boolean> => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: deliveriesTable,
      Key: marshall({ pk, sk }),
      ProjectionExpression: 'pk',
      ConsistentRead: true,
    }),
  );
  return Item !== undefined;
};

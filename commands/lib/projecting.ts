import { setTimeout as sleep } from 'node:timers/promises';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { callOfKey } from '../../shared/callbacks/list.ts';
import { project } from '../../shared/calls/project.ts';
import type { Projection } from '../../shared/calls/projection.ts';
import type { Stage } from './stage.ts';

/** The result for a call. */
export type Projected = { pk: string; outcome: Projection['outcome'] };

/** Whether anything received for the call still exists. */
export const hasDeliveries = async (
  { dynamodb, deliveriesTable }: Stage,
  pk: string,
  abortSignal: AbortSignal,
): Promise<boolean> => {
  const query = {
    TableName: deliveriesTable,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :body)',
    ExpressionAttributeValues: marshall({ ':pk': pk, ':body': 'body#' }),
    Limit: 1,
  };
  const { Count = 0 } = await dynamodb.send(new QueryCommand(query), { abortSignal });
  return Count > 0;
};

const ATTEMPTS = 5;

/**
 * Projects a call, again if the table is throttled or briefly unavailable; undefined for a key that
 * is not a call's.
 */
export const untilProjected = async (pk: string, signal: AbortSignal): Promise<Projected | undefined> => {
  const call = callOfKey(pk);
  if (call === undefined) return undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const { outcome } = await project(call.callback, pk, signal, { isRebuild: true });
      return { pk, outcome };
    } catch (error) {
      if (signal.aborted || attempt === ATTEMPTS) throw error;
      await sleep(attempt * 1_000, undefined, { signal });
    }
  }
};

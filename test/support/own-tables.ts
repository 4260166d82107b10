import { CreateTableCommand, DescribeTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { inject } from 'vitest';
import type { ArchiveResult } from '../../shared/deliveries/archive-result.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { dynamodb } from './pipeline.ts';

const { deliveriesTable, callsTable } = inject('stack');

/**
 * Gives the functions that this test calls directly tables that nothing else uses, with the keys
 * and indexes of the stack's. No stream is read of them.
 */
export const useOwnTables = async (name: string): Promise<void> => {
  process.env.DELIVERIES_TABLE = await createLike(deliveriesTable, `${name}-deliveries`);
  process.env.CALLS_TABLE = await createLike(callsTable, `${name}-calls`);
};

const createLike = async (model: string, TableName: string): Promise<string> => {
  const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName: model }));
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = Table;
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema,
      AttributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({
          IndexName: index.IndexName,
          KeySchema: index.KeySchema,
          Projection: index.Projection,
        })),
      }),
    }),
  );
  return TableName;
};

/** Puts deliveries into the table as the consumer does, and what the archiver did as it does. */
export const putDeliveries = async (items: readonly (Delivery | ArchiveResult)[]): Promise<void> => {
  for (const item of items) {
    await dynamodb.send(
      new PutItemCommand({ TableName: process.env.DELIVERIES_TABLE, Item: marshall(item) }),
    );
  }
};

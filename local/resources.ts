import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Resources } from './plugin.ts';
import { createQueues } from './queues.ts';
import { createTables } from './tables.ts';

/**
 * Creates the tables and queues of serverless.yml that are not there yet; the queues' URLs at `endpoint`, by logical id. Throws a
 * SetupError, and creates nothing, if a table is there in another shape.
 */
export const createResources = async (
  resources: Resources,
  { sqs, dynamodb }: { sqs: SQSClient; dynamodb: DynamoDBClient },
  endpoint: string,
): Promise<Record<string, string>> => {
  await createTables(dynamodb, resources);
  return createQueues(sqs, resources, endpoint);
};

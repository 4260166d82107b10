import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createBuckets } from './buckets.ts';
import type { Resources } from './plugin.ts';
import { createQueues } from './queues.ts';
import { createTables } from './tables.ts';

/**
 * Creates the tables, buckets and queues of serverless.yml that do not exist yet; returns the
 * queues' URLs at `endpoint`, by logical id. Throws a SetupError, and creates nothing, if a table
 * exists in another shape.
 */
export const createResources = async (
  resources: Resources,
  { sqs, s3, dynamodb }: { sqs: SQSClient; s3: S3Client; dynamodb: DynamoDBClient },
  endpoint: string,
): Promise<Record<string, string>> => {
  await createTables(dynamodb, resources);
  await createBuckets(s3, resources);
  return createQueues(sqs, resources, endpoint);
};

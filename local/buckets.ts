import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { nameOf } from './event-sources.ts';
import type { Resources } from './plugin.ts';

/** Creates the buckets of serverless.yml that do not exist yet. */
export const createBuckets = async (s3: S3Client, resources: Resources): Promise<void> => {
  for (const [logicalId, { Type }] of Object.entries(resources)) {
    if (Type !== 'AWS::S3::Bucket') continue;
    await s3.send(new CreateBucketCommand({ Bucket: nameOf(resources, logicalId) }));
  }
};

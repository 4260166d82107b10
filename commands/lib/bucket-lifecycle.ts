import { GetBucketLifecycleConfigurationCommand, type LifecycleRule } from '@aws-sdk/client-s3';
import { s3 } from '../../shared/files/s3.ts';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';

/** The rules by which the bucket `FILES_BUCKET` deletes files; throws a CommandError if they cannot be read. */
export const lifecycleRules = async (abortSignal: AbortSignal): Promise<LifecycleRule[]> => {
  const command = new GetBucketLifecycleConfigurationCommand({ Bucket: process.env.FILES_BUCKET });
  try {
    return (await s3.send(command, { abortSignal })).Rules ?? [];
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'NoSuchLifecycleConfiguration') return [];
    throw credentialsError(error as Error) ?? new CommandError(explain(name, message));
  }
};

const explain = (name: string, message: string): string =>
  name === 'AccessDenied'
    ? 'All bodies are done. Whether the bucket has the same retention is not known: these credentials need s3:GetLifecycleConfiguration on it.'
    : `S3: ${message || name}`;

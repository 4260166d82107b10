import {
  DeleteObjectsCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { s3 } from './s3.ts';

/** The keys of the objects of the bucket `FILES_BUCKET` that begin with `prefix`. */
export async function* keysOf(prefix: string, abortSignal: AbortSignal): AsyncGenerator<string, void> {
  const query = { Bucket: process.env.FILES_BUCKET, Prefix: prefix };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, query, { abortSignal })) {
    for (const { Key = '' } of Contents) yield Key;
  }
}

/** An object of JSON; undefined if there is none. */
export const readJson = async (Key: string, abortSignal: AbortSignal): Promise<unknown> => {
  const command = new GetObjectCommand({ Bucket: process.env.FILES_BUCKET, Key });
  try {
    const { Body } = await s3.send(command, { abortSignal });
    return Body && JSON.parse(await Body.transformToString());
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

/** Writes an object of JSON. */
export const writeJson = async (Key: string, value: unknown, abortSignal: AbortSignal): Promise<void> => {
  const command = new PutObjectCommand({
    Bucket: process.env.FILES_BUCKET,
    Key,
    Body: JSON.stringify(value),
    ContentType: 'application/json',
  });
  await s3.send(command, { abortSignal });
};

// What S3 takes at once.
const MAX_KEYS = 1_000;

/** Deletes objects, whether they are there or not. Rejects if one of them could not be deleted. */
export const deleteObjects = async (keys: readonly string[], abortSignal: AbortSignal): Promise<void> => {
  for (let n = 0; n < keys.length; n += MAX_KEYS) {
    const Objects = keys.slice(n, n + MAX_KEYS).map((Key) => ({ Key }));
    const command = new DeleteObjectsCommand({
      Bucket: process.env.FILES_BUCKET,
      Delete: { Objects, Quiet: true },
    });
    const { Errors = [] } = await s3.send(command, { abortSignal });
    const [error] = Errors;
    if (error) throw new Error(`${Errors.length} objects of the bucket could not be deleted: ${error.Code}`);
  }
};

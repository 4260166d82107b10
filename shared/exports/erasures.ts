import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { s3 } from '../files/s3.ts';

/** Where an erasure says in the bucket how far it is, for those who write files of calls meanwhile. */
export const ERASURES = 'exports/erasures/';

/** What erasures have said so far: something else once one of them has removed calls. */
export const erasuresSoFar = async (abortSignal: AbortSignal): Promise<string> => {
  const said: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: process.env.FILES_BUCKET,
      Prefix: ERASURES,
      ContinuationToken,
    });
    const { Contents = [], NextContinuationToken } = await s3.send(command, { abortSignal });
    said.push(...Contents.flatMap(({ Key, ETag }) => [Key, ETag]));
    ContinuationToken = NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return said.join();
};

/** Removes the file of an export, which has calls that were erased while it was written. */
export const removeFile = async (Key: string, abortSignal: AbortSignal): Promise<void> => {
  await s3.send(new DeleteObjectCommand({ Bucket: process.env.FILES_BUCKET, Key }), { abortSignal });
};

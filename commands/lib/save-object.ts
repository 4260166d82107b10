import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../../shared/files/s3.ts';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';
import { type Place, writeWhole } from './whole-file.ts';

/** An object of the bucket, and its recorded properties. */
export type StoredObject = { key: string; bytes?: number | undefined; sha256?: string | undefined };

/**
 * Saves an object of the bucket as a file, unless its bytes are not those that were stored. Throws
 * a CommandError.
 */
export const saveObject = async (
  stored: StoredObject,
  place: Place,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  try {
    await writeWhole(place, download(stored, onBytes, signal), signal);
  } catch (error) {
    if (signal.aborted) throw new CommandError('Interrupted. Nothing was saved.');
    throw error instanceof CommandError ? error : explain(error as Error, stored);
  }
};

/** The bytes of an object; throws at their end if they are not those that were stored. */
async function* download(
  { key, bytes, sha256 }: StoredObject,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const command = new GetObjectCommand({ Bucket: process.env.FILES_BUCKET, Key: key });
  const { Body } = await s3.send(command, { abortSignal: signal });
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of Body as Readable) {
    hash.update(chunk);
    length += chunk.length;
    onBytes(chunk.length);
    yield chunk;
  }
  const isWhole = length === (bytes ?? length) && hash.digest('hex') === (sha256 ?? '');
  if (!isWhole)
    throw new CommandError(
      `The bucket's file is not what was archived: its length or SHA-256 differs (${length} of ${bytes} bytes). Nothing was saved.`,
    );
}

const explain = (error: Error, { key }: StoredObject): Error => {
  const known: Record<string, string> = {
    NoSuchKey: `The bucket no longer has ${key}: it has expired (RETENTION_DAYS), or somebody deleted it.`,
    AccessDenied: `These credentials may not read ${key}: they need s3:GetObject on the bucket.`,
  };
  const message = known[error.name] ?? `S3: ${error.message || error.name}`;
  return credentialsError(error) ?? new CommandError(message);
};

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../../shared/files/s3.ts';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';

/** An object of the bucket, and what is known of it. */
export type StoredObject = { key: string; bytes?: number | undefined; sha256?: string | undefined };

/**
 * Saves an object of the bucket under a name that nothing has, and nothing under it unless the bytes are those that were stored. Throws
 * a CommandError.
 */
export const saveObject = async (
  stored: StoredObject,
  file: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const unfinished = `${file}.${process.pid}.part`;
  try {
    await download(stored, unfinished, onBytes, signal);
    await giveName(unfinished, file);
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, stored, file, signal);
  } finally {
    await rm(unfinished, { force: true });
  }
};

const download = async (
  { key, bytes, sha256 }: StoredObject,
  file: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const command = new GetObjectCommand({ Bucket: process.env.FILES_BUCKET, Key: key });
  const { Body } = await s3.send(command, { abortSignal: signal });
  const hash = createHash('sha256');
  let length = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      length += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  };
  // What somebody said is for whoever saves it.
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await pipeline(Body as Readable, counted, target, { signal });
  const isWhole = length === (bytes ?? length) && hash.digest('hex') === (sha256 ?? '');
  if (!isWhole) throw new CommandError(`What came is not what was archived, ${length} bytes of ${bytes}.`);
};

/** Unlike a renaming, a link never takes a name away from another file; not every file system has them. */
const giveName = async (unfinished: string, file: string): Promise<void> => {
  try {
    await link(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await rename(unfinished, file);
  }
};

const explain = (
  error: NodeJS.ErrnoException,
  { key }: StoredObject,
  file: string,
  { aborted }: AbortSignal,
): Error => {
  if (aborted) return new CommandError('Interrupted. Nothing was saved.');
  if (error instanceof CommandError) return error;
  const known: Record<string, string> = {
    EEXIST: `${file} is there already: give another name with --out.`,
    ENOENT: `The folder of ${file} does not exist.`,
    EACCES: `${file} may not be written.`,
    ENOSPC: `There is no room for ${file}.`,
    NoSuchKey: `The bucket has no ${key} any more: it has expired (RETENTION_DAYS), or somebody deleted it.`,
    AccessDenied: `These credentials may not read ${key}: they need s3:GetObject on the bucket.`,
  };
  const message = known[error.code ?? ''] ?? known[error.name] ?? `S3: ${error.message || error.name}`;
  return credentialsError(error) ?? new CommandError(message);
};

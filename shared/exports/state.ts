import { GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../files/s3.ts';

/** The state of an export. */
export type ExportState =
  /** Since `at` it has waited for an exporter. */
  | { state: 'queued'; at: string }
  /** `at` is the time of this report: a crashed exporter makes no more. */
  | { state: 'running'; done: number; at: string }
  | { state: 'ready'; calls: number; bytes: number; key: string; fileName: string; contentType: string }
  | { state: 'failed'; reason: string };

const keyOf = (id: string): string => `exports/${id}.json`;

/** Writes the state of an export into the bucket `FILES_BUCKET`, beside its file. */
export const writeState = async (id: string, state: ExportState, abortSignal: AbortSignal): Promise<void> => {
  const command = new PutObjectCommand({
    Bucket: process.env.FILES_BUCKET,
    Key: keyOf(id),
    Body: JSON.stringify(state),
    ContentType: 'application/json',
  });
  await s3.send(command, { abortSignal });
};

/** The state of an export; undefined if it does not exist, or was deleted with its file. */
export const readState = async (id: string, abortSignal: AbortSignal): Promise<ExportState | undefined> => {
  const command = new GetObjectCommand({ Bucket: process.env.FILES_BUCKET, Key: keyOf(id) });
  try {
    const { Body } = await s3.send(command, { abortSignal });
    return Body && (JSON.parse(await Body.transformToString()) as ExportState);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

import { hash } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { Stored } from '../deliveries/archive-result.ts';
import { isLive } from '../deliveries/expiry.ts';
import { isErased } from '../deliveries/tombstone.ts';
import { s3 } from '../files/s3.ts';
import { EXTENSIONS } from './audio.ts';
import { expiryOfJob, type Job } from './job.ts';
import { type OpenOptions, openUrl } from './open-url.ts';
import { removeResult, resultOf, writeArchived, writeUnfetched } from './result.ts';
import { transfer } from './transfer.ts';

/**
 * What became of a job: `known`, the recording is archived already; `outdated`, the call has a newer URL; `expired`, the call was not to be
 * kept so long; `erased`, it was erased.
 */
export type Archiving =
  | { outcome: 'archived'; stored: Stored }
  | { outcome: 'known' | 'outdated' | 'expired' | 'erased' };

/**
 * Fetches a recording into the bucket, once, and records that in the table of deliveries. Rejects
 * with Unfetched if it is not available.
 */
export const archive = async (job: Job, options: OpenOptions): Promise<Archiving> => {
  if (await isErased(job.pk, options.signal)) return forget(job);
  if (!isLive({ expiresAt: expiryOfJob(job) })) return { outcome: 'expired' };
  const known = await resultOf(job, options.signal);
  if (known !== undefined && known.revisedAt > job.revisedAt) return { outcome: 'outdated' };
  if (known?.state === 'archived' && known.url === job.url) return { outcome: 'known' };
  return fetchIntoBucket(job, options);
};

const fetchIntoBucket = async (job: Job, options: OpenOptions): Promise<Archiving> => {
  const response = await openUrl(job.url, options);
  const stored = await transfer(response, (extension) => objectKey(job, extension), options.signal);
  const written = await writeArchived(job, stored);
  if (written === undefined) return giveWay(job, stored, options);
  const { earlier } = written;
  if (earlier?.key !== undefined && earlier.key !== stored.key) await remove(earlier.key);
  // An erasure that began meanwhile has perhaps looked for files and results before these were there.
  if (await isErased(job.pk, NEVER)) return forget(job);
  return { outcome: 'archived', stored };
};

/**
 * A newer version of the call was archived meanwhile. If its object has the same key, it was
 * overwritten, and is fetched again.
 */
const giveWay = async (job: Job, { key }: Stored, options: OpenOptions): Promise<Archiving> => {
  const newer = await resultOf(job, options.signal);
  if (newer?.key === key) {
    return fetchIntoBucket({ ...job, url: newer.url, revisedAt: newer.revisedAt }, options);
  }
  await remove(key);
  return { outcome: 'outdated' };
};

/**
 * The object's key: the callback and the day of the call's first delivery, then a name that reveals
 * nothing.
 */
export const objectKey = ({ pk, kind, receivedAt }: Job, extension: string): string => {
  const callback = pk.slice(0, pk.indexOf('#'));
  const day = receivedAt.slice(0, 10).replaceAll('-', '/');
  const name = hash('sha256', `${pk} ${kind}`).slice(0, 32);
  return `recordings/${callback}/${day}/${name}.${extension}`;
};

/** Says that the recording could not be had, unless its call was erased. */
export const giveUp = async (job: Job, ...said: Said): Promise<void> => {
  await writeUnfetched(job, ...said);
  if (await isErased(job.pk, NEVER)) await forget(job);
};

type Said = Parameters<typeof writeUnfetched> extends [Job, ...infer Rest] ? Rest : never;

// The transfer has been given up by then, and there is time left for this.
const NEVER = new AbortController().signal;

/** Removes what an attempt has left of an erased call, wherever it ended. */
const forget = async (job: Job): Promise<Archiving> => {
  await Promise.all(EXTENSIONS.map((extension) => remove(objectKey(job, extension))));
  await removeResult(job);
  return { outcome: 'erased' };
};

const remove = async (Key: string): Promise<void> => {
  await s3.send(new DeleteObjectCommand({ Bucket: process.env.FILES_BUCKET, Key }));
};

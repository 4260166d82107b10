import { GetObjectCommand, NoSuchKey, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import * as v from 'valibot';
import { s3 } from '../files/s3.ts';
import { Run, type Source, Started, Summary } from './run.ts';
import type { Period } from './windows.ts';

const PREFIX = 'reconciliations/';

const keyOf = ({ from, to }: Period): string => `${PREFIX}${compact(from)}_${compact(to)}.json`;

/** `20261126T100000Z` */
const compact = (time: string): string => time.replace(/\.\d+Z$/, 'Z').replace(/[-:]/g, '');

const LATEST = `${PREFIX}latest.json`;

const startedKey = (source: Source): string => `${PREFIX}${source}.json`;

/** The run of a period, finished or not, as it was last saved; undefined if there is none. */
export const readRun = (period: Period, abortSignal: AbortSignal): Promise<Run | undefined> =>
  read(Run, keyOf(period), abortSignal);

/** Saves a run in the bucket `FILES_BUCKET`, as that of its period. */
export const saveRun = (run: Run, abortSignal: AbortSignal): Promise<void> =>
  write(keyOf(run), run, abortSignal);

/** What was last started by the schedule, or by the command. */
export const lastStarted = (source: Source, abortSignal: AbortSignal): Promise<Started | undefined> =>
  read(Started, startedKey(source), abortSignal);

/** Saves what was started, or has finished. */
export const saveStarted = (
  source: Source,
  { from, to, startedAt, finishedAt }: Started,
  abortSignal: AbortSignal,
): Promise<void> => write(startedKey(source), { from, to, startedAt, finishedAt }, abortSignal);

/** What the last finished run found. */
export const latestSummary = (abortSignal: AbortSignal): Promise<Summary | undefined> =>
  read(Summary, LATEST, abortSignal);

/** Saves what a finished run found. */
export const saveSummary = (summary: Summary, abortSignal: AbortSignal): Promise<void> =>
  write(LATEST, summary, abortSignal);

/** The runs that are kept of periods that have some of this one, in the order of their periods. */
export async function* runsWithin({ from, to }: Period, abortSignal: AbortSignal): AsyncGenerator<Run> {
  const query = { Bucket: process.env.FILES_BUCKET, Prefix: PREFIX };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, query, { abortSignal })) {
    for (const { Key = '' } of Contents) {
      const [, begin = '', end = ''] = RUN_KEY.exec(Key) ?? [];
      if (begin === '' || begin >= compact(to) || end <= compact(from)) continue;
      const run = await read(Run, Key, abortSignal);
      if (run) yield run;
    }
  }
}

const RUN_KEY = /^reconciliations\/(\d{8}T\d{6}Z)_(\d{8}T\d{6}Z)\.json$/;

const write = async (Key: string, value: object, abortSignal: AbortSignal): Promise<void> => {
  const command = new PutObjectCommand({
    Bucket: process.env.FILES_BUCKET,
    Key,
    Body: JSON.stringify(value),
    ContentType: 'application/json',
  });
  await s3.send(command, { abortSignal });
};

/** What was written; undefined if it is not there or not whole, so that what somebody broke is done anew. */
const read = async <Value>(
  schema: v.GenericSchema<unknown, Value>,
  Key: string,
  abortSignal: AbortSignal,
): Promise<Value | undefined> => {
  const command = new GetObjectCommand({ Bucket: process.env.FILES_BUCKET, Key });
  try {
    const { Body } = await s3.send(command, { abortSignal });
    const { success, output } = v.safeParse(schema, parsed(await Body?.transformToString()));
    return success ? output : undefined;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

const parsed = (text = ''): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

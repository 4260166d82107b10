import { type ChildProcess, fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleInto, resolveService } from '../../../infrastructure/bundles.ts';
import { startDiscardingBucket } from '../../support/discarding-bucket.ts';
import { useOwnTables } from '../../support/own-tables.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';
import { jobFor, jobText, resultOf } from '../../support/recordings.ts';
import { ROOT } from '../../support/run.ts';

const RECORDINGS = 200;
const MB = 2 ** 20;
const PART = 5 * MB;

const directory = mkdtempSync(join(tmpdir(), 'archiver-'));
let server: RecordingServer;
let bucket: Awaited<ReturnType<typeof startDiscardingBucket>>;
let child: ChildProcess;
beforeAll(async () => {
  await useOwnTables('memory');
  server = await startRecordingServer();
  bucket = await startDiscardingBucket();
  const file = await bundleInto(directory, await resolveService('prod'), 'archiver');
  child = fork(join(ROOT, 'test/support/archiver-process.mjs'), [file], {
    env: { ...process.env, STAGE: 'local', FILES_BUCKET: 'files', AWS_ENDPOINT_URL_S3: bucket.endpoint },
    // What Lambda leaves to the heap of a function with 256 MB.
    execArgv: ['--max-old-space-size=230'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await told();
});

/** What the child sends next; rejects if it ends instead. */
const told = async (): Promise<unknown> => {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the archiver ended with ${code}`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
};

afterAll(async () => {
  child.kill();
  bucket.stop();
  await server.stop();
  rmSync(directory, { recursive: true });
});

test('200 recordings of 5 MB at once are archived in less than 256 MB', async () => {
  const served = server.fileOf('/5-mb');
  const jobs = Array.from({ length: RECORDINGS }, (_, n) => jobFor(`pns#memory-${n}`, server.url('/5-mb')));
  const Records = jobs.map(({ pk, url }, n) => ({
    messageId: String(n),
    receiptHandle: String(n),
    body: jobText(pk, url),
    attributes: { SentTimestamp: String(Date.now()) },
  }));
  child.send({ Records });
  const { failed, peakBytes } = (await told()) as { failed: number; peakBytes: number };

  expect(failed).toBe(0);
  expect(bucket.objects.size).toBe(RECORDINGS);
  const digests = [hash('sha256', served.subarray(0, PART)), hash('sha256', served.subarray(PART))];
  for (const object of bucket.objects.values()) expect(object).toEqual({ bytes: served.length, digests });
  for (const job of jobs) {
    expect(await resultOf(job)).toMatchObject({ state: 'archived', sha256: hash('sha256', served) });
  }
  expect(peakBytes).toBeLessThan(256 * MB);
});

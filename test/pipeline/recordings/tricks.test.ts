import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { objectKey } from '../../../shared/recordings/archive.ts';
import type { Job } from '../../../shared/recordings/job.ts';
import { transfer } from '../../../shared/recordings/transfer.ts';
import { useOwnTables } from '../../support/own-tables.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';
import {
  deliver,
  jobFor,
  jobText,
  keysIn,
  objectAt,
  resultOf,
  useOwnArchive,
  watchUploads,
} from '../../support/recordings.ts';

let server: RecordingServer;
let handler: typeof import('../../../functions/archiver.ts').handler;
let unfinished: Set<string>;
beforeAll(async () => {
  await useOwnTables('tricks');
  await useOwnArchive('tricks');
  server = await startRecordingServer();
  unfinished = watchUploads();
  ({ handler } = await import('../../../functions/archiver.ts'));
});
afterAll(() => server.stop());
afterEach(() => expect([...unfinished]).toEqual([]));

/** Hands the archiver a job for what the server has at a path. */
const fetchFrom = async (path: string, options?: Parameters<typeof deliver>[2]) => {
  const job = jobFor(`pns#${path}`, server.url(path));
  const { kept } = await deliver(handler, [jobText(job.pk, job.url)], options);
  return { job, isKept: kept.length === 1, result: await resultOf(job) };
};

const EXTENSIONS: Record<string, [extension: string, type: string]> = {
  '/large': ['wav', 'audio/wav'],
  '/large-chunked': ['wav', 'audio/wav'],
  '/amr': ['amr', 'audio/amr'],
  '/ogg': ['ogg', 'audio/ogg'],
  '/m4a': ['m4a', 'audio/mp4'],
};

describe('the served bytes are stored, byte for byte', () => {
  test.each([
    '/small',
    '/tiny',
    '/chunked',
    '/large',
    '/large-chunked',
    '/slow',
    '/byte-by-byte',
    '/octets',
    '/amr',
    '/ogg',
    '/m4a',
    '/redirect',
    '/redirect-307',
    '/redirects',
  ])('%s', async (path) => {
    const { job, isKept, result } = await fetchFrom(path);
    const [extension, type] = EXTENSIONS[path] ?? ['mp3', 'audio/mpeg'];
    const served = server.fileOf(path);
    const key = objectKey(job, extension);
    const object = await objectAt(key);

    expect(result).toEqual({
      ...{ pk: job.pk, sk: 'archive#recording', state: 'archived', url: job.url, revisedAt: job.revisedAt },
      ...{ key, bytes: served.length, sha256: hash('sha256', served), type },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(object.type).toBe(type);
    expect(object.bytes.equals(served)).toBe(true);
    expect(isKept).toBe(false);
  });
});

const expectNothingStored = async (job: Job) => {
  const [prefix = ''] = objectKey(job, '').split('.');
  expect((await keysIn()).filter((key) => key.startsWith(prefix))).toEqual([]);
};

describe('a recording that may still come is retried, and the call says why', () => {
  test.each([
    ['/gone', 'status 404'],
    ['/forbidden', 'status 403'],
    ['/broken', 'status 500'],
    ['/nothing', 'status 204'],
    ['/range', 'status 206'],
    ['/empty', 'it is empty'],
    ['/cut', 'it was cut off after 100000 bytes'],
    ['/cut-chunked', 'it was cut off after 100000 bytes'],
    ['/cut-large', 'it was cut off after 10900000 bytes'],
    ['/cut-in-head', 'it was cut off after 10 bytes'],
    ['/lying-longer', 'it was cut off after 200001 bytes'],
  ])('%s: %s', async (path, reason) => {
    const { job, isKept, result } = await fetchFrom(path);

    expect(result).toMatchObject({ state: 'waiting', reason, url: job.url });
    expect(result).not.toHaveProperty('key');
    expect(isKept).toBe(true);
    await expectNothingStored(job);
  });

  test.each(['/never', '/stops'])('%s: it took too long', async (path) => {
    const { job, isKept, result } = await fetchFrom(path, { milliseconds: 15_400 });

    expect(result).toMatchObject({ state: 'waiting', reason: 'it took too long' });
    expect(isKept).toBe(true);
    await expectNothingStored(job);
  });

  test('a missing host', async () => {
    const closed = await startRecordingServer();
    await closed.stop();
    const job = jobFor('pns#closed', closed.url('/small'));
    await deliver(handler, [jobText(job.pk, job.url)]);

    expect(await resultOf(job)).toMatchObject({ state: 'waiting', reason: 'no connection: ECONNREFUSED' });
  });
});

describe('a file that will never be a recording is given up at once, and the call says why', () => {
  test.each([
    ['/too-long', 'larger than 200 MB'],
    ['/endless', 'larger than 200 MB'],
    ['/html', 'not a recording: the server calls it text/html'],
    ['/html-as-mp3', 'not a recording: it begins like nothing that is known'],
    ['/mp3-as-html', 'not a recording: the server calls it text/html'],
    ['/gzip', 'not a recording: it is compressed, although that was not asked for'],
    ['/gzip-as-mp3', 'not a recording: it begins like application/gzip'],
    ['/metadata', 'refused: its address is not public'],
    ['/task', 'refused: its address is not public'],
    ['/private', 'refused: its address is not public'],
    ['/mapped', 'refused: its address is not public'],
    ['/downgrade', 'refused: it is not https'],
    ['/file', 'refused: it is not https'],
    ['/user', 'refused: it has a user name or a password'],
    ['/loop', 'refused: more than 5 redirects'],
  ])('%s: %s', async (path, reason) => {
    const { job, isKept, result } = await fetchFrom(path);

    expect(result).toMatchObject({ state: 'failed', reason, url: job.url });
    expect(result).not.toHaveProperty('key');
    expect(isKept).toBe(false);
    await expectNothingStored(job);
  });
});

test.each([
  ['fewer', 200_002],
  ['more', 200_000],
])('a file of %s bytes than declared becomes no object, even if HTTP allows it', async (_, declared) => {
  const file = server.fileOf('/small');
  const headers = { 'content-type': 'audio/mpeg', 'content-length': String(declared) };
  const response = Object.assign(Readable.from([file]), { statusCode: 200, headers });
  const key = `declared-${declared}`;
  const transferred = transfer(
    response as unknown as IncomingMessage,
    () => key,
    AbortSignal.timeout(60_000),
  );

  await expect(transferred).rejects.toThrow('it was cut off after 200001 bytes');
  expect(await keysIn()).not.toContain(key);
});

test('no host learns who asks: no cookie, no credentials, no referrer, no range, also after a redirect', async () => {
  await fetchFrom('/redirect');
  const [first] = server.requests('/redirect');
  const last = server.requests('/small').at(-1);

  for (const request of [first, last]) {
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(request?.headers['accept-encoding']).toBe('identity');
  }
});

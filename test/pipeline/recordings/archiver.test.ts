import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeTombstone } from '../../../shared/deliveries/tombstone.ts';
import { objectKey } from '../../../shared/recordings/archive.ts';
import type { Job } from '../../../shared/recordings/job.ts';
import { recording } from '../../support/audio.ts';
import { useOwnTables } from '../../support/own-tables.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';
import {
  deliver as deliverTo,
  hiddenFor,
  jobFor,
  jobText,
  keysIn,
  objectAt,
  resultOf,
  useOwnArchive,
} from '../../support/recordings.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const OLDER = { revisedAt: '2026-11-26T08:00:00.000Z' };
const NEWER = { revisedAt: '2026-11-26T09:00:00.000Z' };

let server: RecordingServer;
let handler: typeof import('../../../functions/archiver.ts').handler;
beforeAll(async () => {
  await useOwnTables('archiver');
  await useOwnArchive('archiver');
  server = await startRecordingServer();
  ({ handler } = await import('../../../functions/archiver.ts'));
});
afterAll(() => server.stop());

describe('with a retention', () => {
  const days = (number: number) => Date.parse(OLDER.revisedAt) / 1000 + number * 24 * HOUR;
  beforeEach(() => {
    vi.stubEnv('PNS_RETENTION_DAYS', '30');
    vi.useFakeTimers({ now: days(30) * 1000 - 1, toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  test.each([
    ['/kept', 'archived'],
    ['/gone', 'waiting'],
  ])('what it did expires with the call: %s, %s', async (path, state) => {
    const job = jobFor(`pns#expires${path}`, server.url(path), OLDER);
    await deliver([jobText(job.pk, job.url, OLDER)]);

    expect(await resultOf(job)).toMatchObject({ state, expiresAt: days(30) });
  });

  test('it fetches nothing for a call that has expired', async () => {
    const job = jobFor('pns#expired', server.url('/expired'), OLDER);
    vi.setSystemTime(days(30) * 1000);
    const { kept } = await deliver([jobText(job.pk, job.url, OLDER)]);

    expect(kept).toEqual([]);
    expect(await resultOf(job)).toBeUndefined();
    expect(await keysIn()).not.toContain(objectKey(job, 'mp3'));
  });
});

const deliver = (texts: string[], options?: Parameters<typeof deliverTo>[2]) =>
  deliverTo(handler, texts, options);

describe('a recording that is late', () => {
  test('is archived once it is available', async () => {
    const job = jobFor('pns#late', server.url('/late'));
    const states: unknown[] = [];
    for (const ageSeconds of [0, MINUTE, 6 * MINUTE]) {
      await deliver([jobText(job.pk, job.url)], { ageSeconds });
      const { state, reason } = (await resultOf(job)) ?? {};
      states.push([state, reason]);
    }

    expect(states).toEqual([
      ['waiting', 'status 404'],
      ['waiting', 'status 404'],
      ['archived', undefined],
    ]);
    expect((await objectAt(objectKey(job, 'mp3'))).bytes.equals(server.fileOf('/late'))).toBe(true);
  });

  test.each([
    [0, MINUTE],
    [MINUTE, 5 * MINUTE],
    [6 * MINUTE, 15 * MINUTE],
    [21 * MINUTE, HOUR],
    [81 * MINUTE, 4 * HOUR],
    [321 * MINUTE, 11 * HOUR],
    [47 * HOUR, 11 * HOUR],
  ])('and was first tried %i s ago is tried again in %i s', async (ageSeconds, wait) => {
    const { messageIds, kept } = await deliver([jobText(`pns#late-${ageSeconds}`, server.url('/gone'))], {
      ageSeconds,
    });
    const hidden = (await hiddenFor('archiver'))[messageIds[0] ?? ''] ?? 0;

    expect(kept).toEqual(messageIds);
    expect(hidden).toBeGreaterThan(wait - 30);
    expect(hidden).toBeLessThanOrEqual(wait);
  });

  test('for two days is given up, and the call says why', async () => {
    const job = jobFor('pns#too-late', server.url('/forbidden'));
    const { kept } = await deliver([jobText(job.pk, job.url)], { ageSeconds: 48 * HOUR });

    expect(kept).toEqual([]);
    expect(await resultOf(job)).toMatchObject({ state: 'failed', reason: 'status 403' });
  });
});

describe('the same recording twice', () => {
  test('is fetched once, and is one object', async () => {
    const job = jobFor('pns#twice', server.url('/tiny'));
    await deliver([jobText(job.pk, job.url)]);
    const first = await resultOf(job);
    const { kept } = await deliver([jobText(job.pk, job.url)]);

    expect(kept).toEqual([]);
    expect(await resultOf(job)).toEqual(first);
    expect(server.requests('/tiny').length).toBe(1);
    expect((await keysIn()).filter((key) => key === first?.key)).toHaveLength(1);
  });

  test('at once is one object too', async () => {
    const job = jobFor('pns#at-once', server.url('/small'));
    await deliver(Array(5).fill(jobText(job.pk, job.url)));
    const result = await resultOf(job);

    expect(result).toMatchObject({ state: 'archived', bytes: server.fileOf('/small').length });
    expect((await keysIn()).filter((key) => key === result?.key)).toHaveLength(1);
  });

  test('at once is archived, even if one of the two fails', async () => {
    const pk = 'pns#link-died';
    let requests = 0;
    const dying = createServer(async ({ url }, response) => {
      if (++requests > 1) response.end(recording(9_999));
      else {
        await deliver([jobText(pk, `http://127.0.0.1:${port}${url}`)]);
        response.writeHead(404).end();
      }
    });
    await once(dying.listen(0, '127.0.0.1'), 'listening');
    const { port } = dying.address() as AddressInfo;
    const job = jobFor(pk, `http://127.0.0.1:${port}/`);
    await deliver([jobText(pk, job.url)]);
    dying.close();

    expect(requests).toBe(2);
    expect(await resultOf(job)).toMatchObject({ state: 'archived', key: objectKey(job, 'mp3') });
  });

  test('of one call as recording, voicemail and leg are three objects', async () => {
    const kinds = ['recording', 'voicemail', 'leg2'] as const;
    const jobs = kinds.map((kind) => jobFor('pns#kinds', server.url('/small'), { kind }));
    await deliver(jobs.map((job) => jobText(job.pk, job.url, job)));
    const keys = jobs.map((job) => objectKey(job, 'mp3'));

    expect(new Set(keys).size).toBe(3);
    expect(await keysIn()).toEqual(expect.arrayContaining(keys));
  });
});

describe('if a newer version of the call has another URL', () => {
  test('the recording is that of the newer one, and the file of the older one goes', async () => {
    const older = jobFor('pns#newer', server.url('/small'), OLDER);
    const newer = jobFor('pns#newer', server.url('/amr'), NEWER);
    await deliver([jobText(older.pk, older.url, OLDER)]);
    await deliver([jobText(newer.pk, newer.url, NEWER)]);

    expect(await resultOf(newer)).toMatchObject({ state: 'archived', url: newer.url, type: 'audio/amr' });
    expect(await keysIn()).toContain(objectKey(newer, 'amr'));
    expect(await keysIn()).not.toContain(objectKey(older, 'mp3'));
  });

  test('the older one is no longer fetched', async () => {
    const newer = jobFor('pns#outdated', server.url('/small'), NEWER);
    await deliver([jobText(newer.pk, newer.url, NEWER)]);
    const before = await resultOf(newer);
    const { kept } = await deliver([jobText(newer.pk, server.url('/outdated'), OLDER)]);

    expect(kept).toEqual([]);
    expect(server.requests('/outdated')).toEqual([]);
    expect(await resultOf(newer)).toEqual(before);
  });

  test.each([
    ['of the same type', '/small', 'mp3'],
    ['of another type', '/amr', 'amr'],
  ])(
    '%s, which is archived while the older one is on its way, the recording is that of the newer one',
    async (_, path, extension) => {
      const pk = `pns#overtaken-${extension}`;
      const newer = jobFor(pk, server.url(path), NEWER);
      const older = createServer(async (_request, response) => {
        await deliver([jobText(pk, newer.url, NEWER)]);
        response.end(recording(9_999));
      });
      await once(older.listen(0, '127.0.0.1'), 'listening');
      const { port } = older.address() as AddressInfo;
      await deliver([jobText(pk, `http://127.0.0.1:${port}/`, OLDER)]);
      older.close();

      const key = objectKey(newer, extension);
      expect(await resultOf(newer)).toMatchObject({ state: 'archived', url: newer.url, key });
      expect((await objectAt(key)).bytes.equals(server.fileOf(path))).toBe(true);
      const [name = ''] = key.split('.');
      expect((await keysIn()).filter((one) => one.startsWith(name))).toEqual([key]);
    },
  );

  test('that is not available, the file of the older one stays, and the call shows both', async () => {
    const older = jobFor('pns#kept', server.url('/small'), OLDER);
    await deliver([jobText(older.pk, older.url, OLDER)]);
    await deliver([jobText(older.pk, server.url('/html'), NEWER)]);

    expect(await resultOf(older)).toMatchObject({
      state: 'failed',
      url: server.url('/html'),
      key: objectKey(older, 'mp3'),
      bytes: server.fileOf('/small').length,
    });
    expect(await keysIn()).toContain(objectKey(older, 'mp3'));
  });
});

describe('if the call is erased', () => {
  const erase = (pk: string) => writeTombstone(pk, AbortSignal.timeout(5_000));
  const left = async (job: Job) => {
    const [name = ''] = objectKey(job, 'mp3').split('.');
    return { result: await resultOf(job), files: (await keysIn()).filter((key) => key.startsWith(name)) };
  };
  /** A server of recordings that is told to erase the call by the first request. */
  const erasing = async (pk: string, answer: (response: ServerResponse) => void) => {
    const server = createServer(async (_, response) => {
      await erase(pk);
      answer(response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      close: () => server.close(),
    };
  };
  const NOTHING = { result: undefined, files: [] };

  test('its recording is not asked for', async () => {
    const job = jobFor('pns#erased', server.url('/erased'));
    await erase(job.pk);
    const { kept } = await deliver([jobText(job.pk, job.url)]);

    expect(kept).toEqual([]);
    expect(server.requests('/erased')).toEqual([]);
    expect(await left(job)).toEqual(NOTHING);
  });

  test('while its recording is on its way, nothing of it stays', async () => {
    const { url, close } = await erasing('pns#erased-meanwhile', (response) =>
      response.end(recording(9_999)),
    );
    const job = jobFor('pns#erased-meanwhile', url);
    const { kept } = await deliver([jobText(job.pk, job.url)]);
    close();

    expect(kept).toEqual([]);
    expect(await left(job)).toEqual(NOTHING);
  });

  test('while its recording cannot be had, nothing is said of it', async () => {
    const { url, close } = await erasing('pns#erased-late', (response) => response.writeHead(404).end());
    const job = jobFor('pns#erased-late', url);
    await deliver([jobText(job.pk, job.url)]);
    close();

    expect(await left(job)).toEqual(NOTHING);
  });

  test('what an attempt left that ended in the middle goes with the next', async () => {
    const job = jobFor('pns#erased-later', server.url('/small'));
    await deliver([jobText(job.pk, job.url)]);
    await erase(job.pk);
    await deliver([jobText(job.pk, job.url)]);

    expect(await left(job)).toEqual(NOTHING);
  });
});

describe('a fault of the stage', () => {
  const variables = { ...process.env };
  beforeEach(() => () => Object.assign(process.env, variables));

  const expectFault = async (text: string) => {
    Object.assign(variables, {
      FILES_BUCKET: 'archiver',
      DELIVERIES_TABLE: 'archiver-deliveries',
    });
    const { messageIds, kept } = await deliver([text, jobText('pns#beside', server.url('/small'))]);
    const hidden = (await hiddenFor('archiver'))[messageIds[0] ?? ''] ?? 0;

    expect(kept).toContain(messageIds[0]);
    expect(hidden).toBeGreaterThan(4 * MINUTE);
    expect(hidden).toBeLessThanOrEqual(5 * MINUTE);
    return { messageIds, kept };
  };

  test('an unavailable bucket: the message comes again in minutes, and the call does not show it', async () => {
    process.env.FILES_BUCKET = 'nowhere';
    const job = jobFor('pns#no-bucket', server.url('/large'));
    await expectFault(jobText(job.pk, job.url));

    expect(await resultOf(job)).toBeUndefined();
  });

  test('an unavailable table: the same', async () => {
    process.env.DELIVERIES_TABLE = 'nowhere';
    await expectFault(jobText('pns#no-table', server.url('/small')));
  });

  test('a message that is not a job: the same, and the recordings beside it are archived', async () => {
    const { messageIds, kept } = await expectFault('{"pk":"pns#1","kind":"nothing"}');

    expect(kept).toEqual([messageIds[0]]);
    expect(await resultOf(jobFor('pns#beside', ''))).toMatchObject({ state: 'archived' });
  });
});

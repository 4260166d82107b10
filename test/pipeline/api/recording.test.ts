import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ArchiveResult } from '../../../shared/deliveries/archive-result.ts';
import { refOf } from '../../../shared/deliveries/ref.ts';
import { logger } from '../../../shared/telemetry/logger.ts';
import { get, listCalls, store } from '../../support/api.ts';
import { archived, notArchived } from '../../support/archive.ts';
import { deliveries } from '../../support/calls.ts';
import { putDeliveries, useOwnTables } from '../../support/own-tables.ts';
import { s3 } from '../../support/pipeline.ts';

beforeAll(() => useOwnTables('api-recording'));
afterEach(() => vi.restoreAllMocks());

const [A, B] = ['https://recordings.example/a', 'https://recordings.example/b'];

const FILE = randomBytes(300_000);

/** Stores a call together with what the archiver did, its files included. */
const storeArchived = async (
  callback: string,
  bodies: object[],
  ...results: Parameters<typeof putDeliveries>[0]
): Promise<string> => {
  await putDeliveries(results);
  for (const { key } of results as ArchiveResult[]) if (key) await putObject(key, FILE);
  return store(deliveries(callback, bodies));
};

const putObject = async (Key: string, Body: Buffer) => {
  await s3.send(
    new PutObjectCommand({ Bucket: process.env.FILES_BUCKET, Key, Body, ContentType: 'audio/mpeg' }),
  );
};

test('an archived recording plays, whole or in part, with its own type', async () => {
  const bytes = FILE;
  const result = archived('pns#45', 'recording', A, { key: 'recordings/pns/45.mp3' });
  const pk = await storeArchived('pns', [{ id: 45, callId: 'c', recordFile: A }], result);
  const { status, body } = await get('/api/recording', { pk });
  const whole = await fetch(body.url);
  const part = await fetch(body.url, { headers: { range: 'bytes=1000-1999' } });
  const rest = await fetch(body.url, { headers: { range: 'bytes=299000-' } });

  expect(status).toBe(200);
  expect(new URL(body.url).searchParams.get('X-Amz-Expires')).toBe('300');
  expect(whole.headers.get('content-type')).toBe('audio/mpeg');
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
  // What a browser's player asks for first.
  expect((await fetch(body.url, { headers: { range: 'bytes=0-' } })).status).toBe(206);
  expect(part.status).toBe(206);
  expect(part.headers.get('content-type')).toBe('audio/mpeg');
  expect(part.headers.get('content-range')).toBe('bytes 1000-1999/300000');
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(1000, 2000));
  expect(rest.status).toBe(206);
  expect(Buffer.from(await rest.arrayBuffer())).toEqual(bytes.subarray(299_000));
});

test.each([
  [{}, 'inline; filename="pns-46.mp3"'],
  [{ download: 'true' }, 'attachment; filename="pns-46.mp3"'],
  [{ kind: 'leg2' }, 'inline; filename="pns-46-leg2.mp3"'],
])('a URL requested with %j is %s', async (query, disposition) => {
  const legList = [{ uuid: 'a' }, { uuid: 'b', callRecordFile: B }];
  const pk = await storeArchived(
    'pns',
    [{ id: 46, callId: 'c', recordFile: A, legList }],
    archived('pns#46', 'recording', A),
    archived('pns#46', 'leg2', B),
  );
  const { body } = await get('/api/recording', { pk, ...query });
  const { searchParams, pathname } = new URL(body.url);

  expect(searchParams.get('response-content-disposition')).toContain(disposition);
  expect(searchParams.get('response-content-type')).toBe('audio/mpeg');
  expect(pathname).toContain('kind' in query ? '/recordings/leg2.mp3' : '/recordings/recording.mp3');
});

test('a file name has no characters that a file system or a header would misread', async () => {
  const callId = 'TA1SgEC/W"aas@203.0.113.7;../电话\r\n';
  const pk = await storeArchived(
    'cc',
    [{ callId, recordUrl: A }],
    archived(`cc#${callId}`, 'recording', A, { key: 'recordings/x.amr' }),
  );
  const { body } = await get('/api/recording', { pk });

  expect(new URL(body.url).searchParams.get('response-content-disposition')).toBe(
    `inline; filename="cc-TA1SgEC-W-aas-203.0.113.7-..-.amr"; filename*=UTF-8''cc-TA1SgEC-W-aas-203.0.113.7-..-.amr`,
  );
});

test.each([
  ['a call that there is not', {}, [], 'recording', 'no such call'],
  ['a call without a recording', { caller: '1' }, [], 'recording', 'no such recording'],
  ['a message that nobody left', { recordUrl: A }, [], 'voicemail', 'no such recording'],
  ['a leg that there is not', { recordUrl: A }, [], 'leg2', 'no such recording'],
  ['a recording that the archiver has not come to', { recordUrl: A }, [], 'recording', 'not archived'],
  ['one that it will try again', { recordUrl: A }, ['waiting'], 'recording', 'waiting: answered 404'],
  ['one that it could not have', { recordUrl: A }, ['failed'], 'recording', 'failed: answered 404'],
] as const)('%s is a 404 that says why', async (what, fields, states, kind, reason) => {
  const pk = `cc#${what}`;
  const results = states.map((state) => notArchived(pk, 'recording', A, state));
  if (Object.keys(fields).length > 0) await storeArchived('cc', [{ callId: what, ...fields }], ...results);

  expect(await get('/api/recording', { pk, kind })).toMatchObject({
    status: 404,
    body: { error: 'not_found', reason },
  });
});

test('a recording with only an id is not archived', async () => {
  const pk = await storeArchived('icc', [{ data: { id: 'i-1', communicateVoiceId: 'v' } }]);

  expect((await get('/api/recording', { pk })).body).toEqual({ error: 'not_found', reason: 'not archived' });
});

test('a recording whose file was deleted is a 404 that says so, and no playback of the audit', async () => {
  const [pk, key] = ['cc#expired', 'recordings/expired.mp3'];
  await storeArchived('cc', [{ callId: 'expired', recordUrl: A }], archived(pk, 'recording', A, { key }));
  await s3.send(new DeleteObjectCommand({ Bucket: process.env.FILES_BUCKET, Key: key }));
  const info = vi.spyOn(logger, 'info');

  expect(await get('/api/recording', { pk })).toMatchObject({
    status: 404,
    body: { error: 'not_found', reason: 'deleted' },
  });
  expect(info).not.toHaveBeenCalled();
});

test('the earlier file of a link that has changed plays until the present one is fetched', async () => {
  const bodies = [
    { callId: 'changed', recordUrl: A },
    { callId: 'changed', recordUrl: B },
  ];
  const pk = await storeArchived('cc', bodies, archived('cc#changed', 'recording', A));
  const { body } = await get('/api/call', { pk });

  expect(body.call.recording).toMatchObject({ state: 'waiting', reason: 'the link has changed' });
  expect(await get('/api/recording', { pk })).toMatchObject({ status: 200 });
});

test.each([
  ['rejected bodies', 'rejected#cc'],
  ['an agent', 'predictive#agent:1'],
  ['what only the archive has', 'cc#only-archive'],
])('%s have no recording', async (_what, pk) => {
  await putDeliveries([archived(pk, 'recording', A)]);

  expect((await get('/api/recording', { pk })).body).toEqual({ error: 'not_found', reason: 'no such call' });
});

test.each([
  ['no pk', 'kind=leg1', 'pk'],
  ['an unknown kind', 'pk=cc%231&kind=leg5', 'kind'],
  ['a key of another bucket', 'pk=cc%231&key=exports/1.csv', 'key'],
  ['download=false', 'pk=cc%231&download=false', 'download'],
])('%s is refused', async (_what, query, path) => {
  expect(await get('/api/recording', query)).toMatchObject({ status: 400, body: { issues: [{ path }] } });
});

test('each playback is an audit line without the key of the call or the file; a failed one is none', async () => {
  const pk = await storeArchived(
    'cc',
    [{ callId: 'audited', recordUrl: A }],
    archived('cc#audited', 'recording', A),
  );
  const lines: unknown[][] = [];
  vi.spyOn(logger, 'info').mockImplementation((...line: unknown[]) => {
    lines.push(line);
  });
  await get('/api/recording', { pk });
  await get('/api/recording', { pk, kind: 'voicemail' });

  expect(lines).toEqual([
    [
      'audit',
      {
        ...{ action: 'recording', ref: refOf(pk), kind: 'recording' },
        ...{ sub: 'reader-1', calls: 1, requestId: 'request-1' },
      },
    ],
  ]);
});

test("a list and an opened call show the archive's state, and recording=true finds it", async () => {
  const pk = await storeArchived(
    'cc',
    [{ callId: 'listed', caller: '85266660001', leaveMsgUrl: B }],
    archived('cc#listed', 'recording', A),
    archived('cc#listed', 'voicemail', B),
  );
  const [listed] = await listCalls({ number: '85266660001', recording: 'true' });
  const { body } = await get('/api/call', { pk });

  for (const call of [listed, body.call]) {
    expect(call).toMatchObject({ recording: { state: 'archived' }, voicemail: { state: 'archived' } });
  }
  expect(body.versions).toHaveLength(1);
});

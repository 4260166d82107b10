import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { ArchiveResult, RecordingKind } from '../../../shared/deliveries/archive-result.ts';
import { archived, notArchived } from '../../support/archive.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { callAt, dynamodb, post, s3 } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const { deliveriesTable, bucket } = inject('stack');
const ports = inject('ports');

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recording-'));
  env = plainEnvironment({
    SQS_PORT: String(ports.sqs),
    DYNAMODB_PORT: String(ports.dynamodb),
    // Where npm was called.
    INIT_CWD: folder,
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

const recording = (...args: string[]) => finish(start('recording', args, { env }));
const files = () => readdirSync(folder).sort();

/**
 * A call of which the archiver did this; it has no link, so that the stack's own archiver does
 * nothing.
 */
const callWith = async (id: string, ...results: ArchiveResult[]): Promise<string> => {
  for (const result of results) {
    await dynamodb.send(new PutItemCommand({ TableName: deliveriesTable, Item: marshall(result) }));
  }
  await post('cc', { callId: id });
  await callAt(`cc#${id}`);
  return `cc#${id}`;
};

const BYTES = randomBytes(3_000_000);

/** A call with an archived file of these bytes. */
const callOf = async (id: string, bytes: Buffer, kind: RecordingKind = 'recording'): Promise<string> => {
  const [pk, key] = [`cc#${id}`, `recordings/test/${id}.mp3`];
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
  return callWith(
    id,
    archived(pk, kind, 'https://x', { key, bytes: BYTES.length, sha256: hash('sha256', BYTES) }),
  );
};

test('saves a recording byte for byte, for its owner only, under the given name', async () => {
  const pk = await callOf('saved', BYTES);
  const file = join(folder, 'call.mp3');
  const { code, output, errors } = await recording(pk, '--out', 'call.mp3');

  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toBe(`${LOCAL}Saved ${file}: 3.0 MB of audio/mpeg, SHA-256 ${hash('sha256', BYTES)}.\n`);
  expect(readFileSync(file).equals(BYTES)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(files()).toEqual(['call.mp3']);
});

test('names the file after the call if no name is given, where npm was called', async () => {
  const pk = await callOf('named', BYTES, 'voicemail');
  const { output } = await recording(pk, '--kind', 'voicemail', '--json');

  expect(JSON.parse(output)).toEqual({
    ...{ stage: 'local', pk, kind: 'voicemail', file: join(folder, 'cc-named-voicemail.mp3') },
    ...{ bytes: BYTES.length, sha256: hash('sha256', BYTES), type: 'audio/mpeg' },
  });
  expect(files()).toEqual(['cc-named-voicemail.mp3']);
});

test('overwrites nothing', async () => {
  const pk = await callOf('there', BYTES);
  const file = join(folder, 'cc-there.mp3');
  writeFileSync(file, 'mine');
  const { code, errors } = await recording(pk);

  expect(code).toBe(1);
  expect(errors).toBe(`${file} already exists: give another name with --out.\n`);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test.each([
  ['short', BYTES.subarray(1)],
  ['changed', Buffer.concat([BYTES.subarray(1), Buffer.from([0])])],
  ['empty', Buffer.alloc(0)],
])('leaves nothing if the object is %s', async (what, bytes) => {
  const pk = await callOf(`wrong-${what}`, bytes);
  const { code, errors } = await recording(pk);

  expect(code).toBe(1);
  expect(errors).toMatch(/^The bucket's file is not what was archived/);
  expect(files()).toEqual([]);
});

/** An S3 that sends the beginning of a file, and the rest once it is told to. */
const startHalfway = async () => {
  const { promise: rest, resolve: finishAll } = Promise.withResolvers<void>();
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { 'content-length': BYTES.length });
    response.write(BYTES.subarray(0, 1_000_000));
    await rest;
    response.end(BYTES.subarray(1_000_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  env.SQS_PORT = String((server.address() as AddressInfo).port);
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { finishAll, stop };
};

test('leaves nothing when it is interrupted', async () => {
  const pk = await callOf('interrupted', BYTES);
  const s3Halfway = await startHalfway();
  const child = start('recording', [pk], { env });
  await until(() => files().length > 0);
  child.kill('SIGINT');
  const { code, errors } = await finish(child);
  s3Halfway.stop();

  expect({ code, errors }).toEqual({ code: 1, errors: 'Interrupted. Nothing was saved.\n' });
  expect(files()).toEqual([]);
});

test('overwrites nothing that was created meanwhile', async () => {
  const pk = await callOf('meanwhile', BYTES);
  const s3Halfway = await startHalfway();
  const ended = recording(pk);
  await until(() => files().length > 0);
  const file = join(folder, 'cc-meanwhile.mp3');
  writeFileSync(file, 'mine');
  s3Halfway.finishAll();
  const { code, errors } = await ended;
  s3Halfway.stop();

  expect({ code, errors }).toEqual({
    code: 1,
    errors: `${file} already exists: give another name with --out.\n`,
  });
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(files()).toEqual(['cc-meanwhile.mp3']);
});

test('says that the object, or the folder, does not exist', async () => {
  const pk = await callOf('gone', BYTES);
  const there = await recording(pk, '--out', 'nowhere/call.mp3');
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'recordings/test/gone.mp3' }));

  expect(there.errors).toBe(`There is no folder ${join(folder, 'nowhere')}.\n`);
  expect((await recording(pk)).errors).toMatch(/^The bucket no longer has recordings\/test\/gone\.mp3: /);
});

test('saves the file of an earlier link, and says so', async () => {
  const [key, pk] = ['recordings/test/earlier.mp3', 'cc#earlier'];
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: BYTES }));
  const stored = { key, bytes: BYTES.length, sha256: hash('sha256', BYTES) };
  await callWith(
    'earlier',
    archived(pk, 'recording', 'x', { ...stored, state: 'failed', reason: 'status 404' }),
  );

  expect((await recording(pk)).output).toMatch(
    /\nIt comes from an earlier link; the state of the present one is failed: status 404\.\n$/,
  );
});

test('says why there is nothing to save, in one line', async () => {
  const pk = await callWith('waiting', notArchived('cc#waiting', 'recording', 'https://x', 'waiting'));
  const refusals: [string[], RegExp][] = [
    [['cc#nobody'], /^There is no call cc#nobody\.$/],
    [
      [pk],
      /^The recording of cc#waiting is not available \(waiting: answered 404\): .* npm run calls -- --stage local 'cc#waiting'$/,
    ],
    [[pk, '--kind', 'leg1'], /^cc#waiting has no leg1\. It has no archived recording\.$/],
    [[await callOf('other', BYTES), '--kind', 'leg2'], /^cc#other has no leg2\. It has: recording\.$/],
    [[pk, '--kind', 'video'], /^--kind video must be recording, voicemail, leg1/],
    [[pk, '--out', ''], /^--out needs the name of a file\.$/],
    [['waiting'], /^waiting is not a key of a call, like pns#45\.$/],
    [[pk, pk], /^One key at a time: cc#waiting is too many\.$/],
  ];
  for (const [args, message] of refusals) {
    const { code, errors } = await recording(...args);

    expect(code).toBe(1);
    expect(errors.trimEnd()).toMatch(message);
  }
  expect(files()).toEqual([]);
});

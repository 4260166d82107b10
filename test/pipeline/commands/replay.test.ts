import { hash } from 'node:crypto';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { serialize } from '../../../shared/deliveries/message.ts';
import {
  deliveryOf,
  finish,
  ids,
  LOCAL,
  type LocalStage,
  proxied,
  start,
  startLocalStage,
} from '../../support/commands.ts';

let stage: LocalStage;
beforeAll(async () => {
  stage = await startLocalStage();
});
afterAll(() => stage.stop());
afterEach(() => stage.empty());

const ISSUES_OF_YESTERDAY = [{ path: 'callId', message: 'must be what it no longer must' }];

const reject = async (bytes: Uint8Array, receivedAt = '2026-11-02T03:04:05.678Z'): Promise<string> => {
  const sk = hash('sha256', bytes);
  const body = Buffer.from(bytes);
  const isText = body.equals(Buffer.from(body.toString()));
  const item = {
    pk: 'rejected#cc',
    sk,
    callback: 'cc',
    id: sk,
    receivedAt,
    bodyHash: sk,
    ...(isText ? { body: body.toString() } : { body: body.toString('base64'), bodyEncoding: 'base64' }),
    issues: ISSUES_OF_YESTERDAY,
    expiresAt: 4_000_000_000,
  };
  await stage.put(stage.deliveriesTable, item);
  return sk;
};
const rejectValid = async (prefix: string, count: number): Promise<string[]> => {
  const sks = await Promise.all(ids(prefix, count).map((id) => reject(bodyOf(id))));
  return sks.sort();
};
const remove = (sk: string) => {
  const { dynamodb, deliveriesTable: TableName } = stage;
  return dynamodb.send(new DeleteItemCommand({ TableName, Key: marshall({ pk: 'rejected#cc', sk }) }));
};
const rejected = () => stage.items(stage.deliveriesTable, 'rejected#cc');
const rejectedKeys = async () => (await rejected()).map(({ sk }) => sk).sort();
const bodyOf = (id: string) => Buffer.from(JSON.stringify({ callId: id, callDuration: '7' }));
const queued = () => stage.count(stage.queueUrl);

test('says when there is nothing to do', async () => {
  expect(await stage.command('replay')).toEqual({
    code: 0,
    output: `${LOCAL}There are no rejected bodies.\n`,
    errors: '',
  });
});

test('stores bodies that are valid now, and keeps the others with their new issues', async () => {
  await rejectValid('replayed', 12);
  const stillBad = await reject(Buffer.from('{"callDuration":"7"}'));
  const notUtf8 = await reject(Buffer.from([0xff, 0xfe]));
  const before = await rejected();

  const dry = await stage.command('replay', '--callback', 'cc', '--dry-run');
  expect(dry.output).toBe(`${LOCAL}14 rejected bodies found.\nWould queue 12; 2 would stay rejected.\n`);
  expect(await rejected()).toEqual(before);

  const { code, output, errors } = await stage.command('replay', '--json');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(JSON.parse(output)).toEqual({ stage: 'local', stored: 12, stillRejected: 2, waiting: 0 });
  const stored = await stage.items(stage.deliveriesTable, 'cc#replayed-');
  expect(stored).toHaveLength(12);
  expect(stored[0]).toMatchObject({ source: 'replay', receivedAt: '2026-11-02T03:04:05.678Z' });
  expect(stored[0]).not.toHaveProperty('expiresAt');
  expect(Object.fromEntries((await rejected()).map(({ sk, issues }) => [sk, issues]))).toEqual({
    [stillBad]: [{ path: 'callId', message: 'is needed to identify the call' }],
    [notUtf8]: [{ path: '', message: 'is not UTF-8' }],
  });
});

test('reads only bodies since that date, and only of that callback', async () => {
  const old = await reject(bodyOf('since-old'), '2026-10-31T23:59:59.999Z');
  await reject(bodyOf('since-new'), '2026-11-01T00:00:00.000Z');

  const other = await stage.command('replay', '--callback', 'pns');
  expect(other.output).toContain('There are no rejected bodies.\n');
  await stage.command('replay', '--since', '2026-11-01');
  expect((await stage.items(stage.deliveriesTable, 'cc#since-')).map(({ id }) => id)).toEqual(['since-new']);
  expect(await rejectedKeys()).toEqual([old]);
});

test('forgets nothing and sends no more if nothing gets stored', async () => {
  const keys = await rejectValid('stuck', 30);
  stage.fail(true);
  const { code, output, errors } = await stage.command('replay', '--wait', '1');
  const sent = await queued();

  expect(code).toBe(1);
  expect(output).toContain('0 stored; 0 stay rejected');
  expect(errors).toContain('nothing was stored for 1 second (');
  expect(errors).toContain('run it again to continue');
  expect(sent).toBeLessThan(30);
  expect(await rejectedKeys()).toEqual(keys);
  stage.fail(false);
  await stage.atRest();
});

test('loses and doubles nothing when it is interrupted and run again', async () => {
  await rejectValid('resumed', 40);
  stage.fail(true);
  const child = start('replay', [], { env: stage.env });
  await vi.waitUntil(async () => (await queued()) > 0, { timeout: 30_000 });
  child.kill('SIGINT');
  const { code, errors } = await finish(child);
  expect(code).toBe(1);
  expect(errors).toMatch(/^Interrupted\. .*Nothing is lost or stored twice/);

  stage.fail(false);
  expect(await stage.command('replay')).toMatchObject({ code: 0 });
  await stage.atRest();
  const stored = await stage.items(stage.deliveriesTable, 'cc#resumed-');
  expect(new Set(stored.map(({ pk }) => pk)).size).toBe(40);
  expect(stored).toHaveLength(40);
  expect(await rejected()).toEqual([]);
});

test('keeps a body beside a call that is known with another body', async () => {
  const MessageBody = serialize(deliveryOf('known-0'));
  const { sqs, queueUrl: QueueUrl } = stage;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await stage.atRest();
  await rejectValid('known', 1);
  const { output } = await stage.command('replay');

  expect(output).toContain('1 stored; ');
  expect((await stage.items(stage.deliveriesTable, 'cc#known-')).map(({ body }) => body).sort()).toEqual(
    [deliveryOf('known-0').body, String(bodyOf('known-0'))].sort(),
  );
  expect(await rejected()).toEqual([]);
});

test('brings back nothing that has expired meanwhile', async () => {
  const sk = await reject(Buffer.from('{"callDuration":"8"}'));
  const { proxy, port } = await proxied(stage.database);
  proxy.onAnswer = async ({ action }) => {
    if (action === 'Query') await remove(sk);
  };
  const finished = await finish(start('replay', [], { env: { ...stage.env, DYNAMODB_PORT: port } }));
  await proxy.stop();

  expect(finished).toMatchObject({ code: 0, errors: '' });
  expect(await rejected()).toEqual([]);
});

test('holds a page of bodies in memory, however many there are', async () => {
  const other = 'x'.repeat(100_000);
  const bodies = ids('large', 400).map((callId) => Buffer.from(JSON.stringify({ callId, other })));
  for (const body of bodies) await reject(body);
  const nodeOptions = ['--max-old-space-size=45'];
  const { code, output } = await finish(start('replay', ['--dry-run'], { env: stage.env, nodeOptions }));

  expect({ code, output }).toEqual({
    code: 0,
    output: `${LOCAL}400 rejected bodies found.\nWould queue 400; 0 would stay rejected.\n`,
  });
});

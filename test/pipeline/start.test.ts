import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { clients, startDatabase, startQueues } from '../../local/emulators.ts';
import { createTable } from '../../local/tables.ts';
import { machineToken } from '../support/machine-token.ts';
import {
  dataDir,
  interrupt,
  isGone,
  isUp,
  postPns as post,
  postTo,
  type Started,
  shows,
  start,
  startIn,
} from '../support/npm-start.ts';
import { ROOT } from '../support/run.ts';
import { until } from '../support/until.ts';

const countItems = async (ports: Ports, table = 'deliveries') => {
  const { dynamodb } = clients({ sqs: '', dynamodb: `http://127.0.0.1:${ports.dynamodb}` });
  const { Count } = await dynamodb.send(new ScanCommand({ TableName: `nxcloud-callbacks-local-${table}` }));
  dynamodb.destroy();
  return Count;
};

describe('stacks on one data folder, one after another', () => {
  let ports: Ports;
  let stack: Started;
  let accepted = 0;

  beforeAll(async () => {
    ports = await freePorts();
    stack = start(ports);
    await isUp(stack);
  });

  test('the URLs and the tables are shown', () => {
    const host = 'http://127.0.0.1';
    expect(stack.output()).toContain(`${host}:${ports.http}/icc/callback?token=local`);
    expect(stack.output()).toContain(`nxcloud-callbacks-local-calls at ${host}:${ports.dynamodb}`);
    expect(stack.output()).toContain(`${host}:${ports.http}/api/calls`);
    expect(stack.output()).toContain(`curl -s ${host}:${ports.oidc}/token`);
    expect(stack.output()).not.toMatch(/oidc-provider/i);
  });

  test('a refused read is shown, an answered one is not', async () => {
    const ask = (token: string) =>
      fetch(`http://127.0.0.1:${ports.http}/api/calls?number=85235757583`, {
        headers: { authorization: `Bearer ${token}` },
      });
    const tokenFor = (scope: string) => machineToken(`http://127.0.0.1:${ports.oidc}`, scope);
    expect(await ask(await tokenFor('calls/read'))).toMatchObject({ status: 200 });
    expect(await ask('none')).toMatchObject({ status: 401 });
    expect(await ask(await tokenFor('openid'))).toMatchObject({ status: 403 });

    await shows('unauthorized  GET /api/calls  Invalid Compact JWS\n', stack);
    await shows('forbidden     GET /api/calls  the token has no scope calls/read\n', stack);
    expect(stack.output().split('/api/calls')).toHaveLength(4);
    expect(stack.output()).not.toContain('number=');
  });

  test('the result of each callback is shown', async () => {
    const call = { id: 45, caller: '85235757583', callee: '85238533300' };
    await post(ports, call);
    await shows(/\n\d\d:\d\d:\d\d {2}call {10}pns#45 {2}85235757583 -> 85238533300\n/, stack);
    await post(ports, { ...call, duration: 6, answerAt: 1671440454 });
    await shows('call          pns#45  85235757583 -> 85238533300  answered 6 s\n', stack);
    await post(ports, call);
    await shows('duplicate     pns#45\n', stack);
    await post(ports, { ...call, startAt: 'x' });
    await shows('pns#45  85235757583 -> 85238533300  answered 6 s  unreadable: startAt\n', stack);
    await post(ports, { id: null });
    await shows('rejected      rejected#pns  ', stack);
    await post(ports, { id: null });
    await shows('duplicate     rejected#pns  ', stack);
    await postTo(ports, '/pns/callback', '{}');
    await shows('unauthorized  pns  without a token\n', stack);
    await postTo(ports, '/pns/callback?token=stale', '{}');
    await shows('unauthorized  pns\n', stack);
    await postTo(ports, '/pns/callback/?token=secret', '{}');
    await shows('not found     POST /pns/callback/\n', stack);
    await post(ports, { id: 1, caller: '\u001b[31m' });
    await shows('pns#1  \\u001b[31m\n', stack);
    expect(stack.output()).not.toContain('\u001b');
  });

  test('a predictive call is shown as it starts and as it ends, and so is an event of an agent', async () => {
    const send = (body: object) => postTo(ports, '/predictive/callback?token=local', JSON.stringify(body));
    const event = (type: number, state: number, time: string) =>
      send({ uuid: 'a-call', callphone: '812345613', type, state, time });

    await event(2, 1, '1558677782655356');
    await shows('call          predictive#a-call  -> 812345613  calling\n', stack);
    await event(2, 3, '1558677793055398');
    await event(1, 3, '1558677793395365');
    await until(async () => (await countItems(ports)) === 8);
    await event(2, 4, '1558678152815399');
    await shows('call          predictive#a-call  -> 812345613  answered 359 s\n', stack);
    await send({ agentid: 'an-agent', type: 1, state: 2, time: '1558677726435364' });
    await shows('stored        predictive#agent:an-agent\n', stack);
    expect(stack.output().split('predictive#a-call')).toHaveLength(3);
  });

  test('a second one, even with --fresh, leaves the data alone', async () => {
    const second = start(await freePorts(), '--fresh');
    await second.exit;

    expect(second.child.exitCode).toBe(1);
    expect(second.output()).toContain(`Another npm start is using ${dataDir}`);
  });

  const postLate = async (firstId: number) => {
    const late = Array.from({ length: 50 }, (_, index) => post(ports, { id: firstId + index }));
    accepted += (await Promise.all(late)).filter(({ status }) => status === 200).length;
  };
  const restart = async (...args: string[]) => {
    expect(await isGone(ports)).toBe(true);
    stack = start(ports, ...args);
    await isUp(stack);
  };
  const untilComplete = async () => {
    await until(async () => (await countItems(ports)) === 10 + accepted);
    await until(async () => (await countItems(ports, 'calls')) === 3 + accepted);
  };

  test('one that is stopped keeps what it has accepted until the last moment', async () => {
    await postLate(100);
    await interrupt(stack);
    expect(stack.child.exitCode).toBe(0);

    await restart();
    await untilComplete();
  });

  test('one that is killed keeps it too, and leaves no process behind', async () => {
    await postLate(200);
    stack.child.kill('SIGKILL');
    await stack.exit;
    await until(() => isGone(ports));

    await restart();
    await untilComplete();
    await interrupt(stack);
  });

  test('one with --fresh is empty, and says how much it has deleted', async () => {
    await restart('--fresh');

    const deleted = `^--fresh deleted ${13 + 2 * accepted} items and \\d+ messages? from `;
    expect(stack.output()).toMatch(new RegExp(deleted));
    expect(await countItems(ports)).toBe(0);
  });

  test('one whose functions have ended stops, and says so', async () => {
    const children = readFileSync(`/proc/${stack.child.pid}/task/${stack.child.pid}/children`, 'utf8');
    process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL');
    await stack.exit;

    expect(stack.child.exitCode).toBe(1);
    expect(stack.output()).toContain('The functions stopped (SIGKILL)');
    expect(stack.output()).toContain('Start again with "npm start"');
    await until(() => isGone(ports));
  });
});

test('recognises a data folder of another version, and leaves it alone', async () => {
  const ports = await freePorts();
  const DATA_DIR = mkdtempSync(join(dataDir, 'older-'));
  const database = await startDatabase(ports.dynamodb, DATA_DIR);
  const { dynamodb } = clients({ sqs: '', dynamodb: database.endpoint });
  await createTable(dynamodb, {
    TableName: 'nxcloud-callbacks-local-calls',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
  });
  await dynamodb.send(
    new PutItemCommand({ TableName: 'nxcloud-callbacks-local-calls', Item: { other: { S: 'a' } } }),
  );
  await database.stop();

  const refused = startIn(ROOT, ports, { DATA_DIR });
  await refused.exit;
  expect(refused.child.exitCode).toBe(1);
  expect(refused.output()).toContain('The data folder comes from another version');
  expect(refused.output()).toContain('Start with "npm start -- --fresh"');
  expect(await isGone(ports)).toBe(true);
});

test('files survive a restart', async () => {
  const dir = mkdtempSync(join(dataDir, 'files-'));
  const { sqs: port } = await freePorts();
  const file = { Bucket: 'files', Key: 'recordings/1.mp3' };
  const first = await startQueues(port, dir);
  const { s3 } = clients({ sqs: first.endpoint, dynamodb: '' });
  await s3.send(new CreateBucketCommand({ Bucket: file.Bucket }));
  await s3.send(new PutObjectCommand({ ...file, Body: 'a recording' }));
  await first.stop();

  const second = await startQueues(port, dir);
  const { Body } = await s3.send(new GetObjectCommand(file));
  expect(await Body?.transformToString()).toBe('a recording');
  await second.stop();
});

test('delivers what was in flight when it was killed at once', async () => {
  const dir = mkdtempSync(join(dataDir, 'killed-'));
  const { sqs: port } = await freePorts();
  const first = await startQueues(port, dir);
  const { sqs } = clients({ sqs: first.endpoint, dynamodb: '' });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'calls' }));
  const receive = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 180 }));
    return Messages.map(({ Body }) => Body);
  };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a call' }));
  expect(await receive()).toEqual(['a call']);
  await first.stop();

  const second = await startQueues(port, dir, { release: true });
  expect(await receive()).toEqual(['a call']);
  await second.stop();
});

import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { clients, startQueues } from '../../local/emulators.ts';
import { dataDir, isGone, isUp, postPns as post, shows, start, startIn } from '../support/npm-start.ts';
import { ROOT } from '../support/run.ts';

const countItems = async (ports: Ports) => {
  const { dynamodb } = clients({ sqs: '', dynamodb: `http://127.0.0.1:${ports.dynamodb}` });
  const { Count } = await dynamodb.send(new ScanCommand({ TableName: 'nxcloud-callbacks-local-calls' }));
  dynamodb.destroy();
  return Count;
};

test('shows what happens to each callback, stops within 2 seconds and keeps what it had', async () => {
  const ports = await freePorts();
  const first = start(ports);
  await isUp(first);
  expect(first.output()).toContain(`http://127.0.0.1:${ports.http}/icc/callback?token=local`);
  expect(first.output()).toContain(`nxcloud-callbacks-local-calls at http://127.0.0.1:${ports.dynamodb}`);

  await post(ports, { id: 1 });
  await shows('stored        pns#1', first);
  await post(ports, { id: 1 });
  await shows('duplicate     pns#1', first);
  await post(ports, { id: 1, duration: 5 });
  await shows('changed       pns#1', first);
  await post(ports, { id: 2, duration: 'x' });
  await shows('rejected      rejected#pns  duration must be an integer', first);

  // What was accepted in the very last moment must not be lost either.
  const late = await Promise.all(Array.from({ length: 50 }, (_, index) => post(ports, { id: 100 + index })));
  const accepted = late.filter(({ status }) => status === 200).length;
  const stoppedAt = Date.now();
  first.child.kill('SIGINT');
  await first.exit;
  expect(Date.now() - stoppedAt).toBeLessThan(2_000);
  expect(first.child.exitCode).toBe(0);
  expect(await isGone(ports)).toBe(true);

  const second = start(ports);
  await isUp(second);
  await vi.waitUntil(async () => (await countItems(ports)) === 3 + accepted, {
    timeout: 20_000,
    interval: 100,
  });
  second.child.kill('SIGTERM');
  await second.exit;

  const fresh = start(ports, '--fresh');
  await isUp(fresh);
  expect(await countItems(ports)).toBe(0);
  fresh.child.kill('SIGINT');
  await fresh.exit;
}, 120_000);

test('leaves no process behind when it is killed', async () => {
  const ports = await freePorts();
  const killed = start(ports);
  await isUp(killed);
  killed.child.kill('SIGKILL');
  await killed.exit;

  await vi.waitUntil(() => isGone(ports), { timeout: 5_000, interval: 50 });
});

test('ends when the functions have ended, and says so', async () => {
  const ports = await freePorts();
  const stack = start(ports);
  await isUp(stack);
  const children = readFileSync(`/proc/${stack.child.pid}/task/${stack.child.pid}/children`, 'utf8');
  process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL');
  await stack.exit;

  expect(stack.child.exitCode).toBe(1);
  expect(stack.output()).toContain('The functions stopped (SIGKILL)');
  expect(stack.output()).toContain('Start again with "npm start"');
  await vi.waitUntil(() => isGone(ports), { timeout: 5_000, interval: 50 });
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

test('names the variables that move ports which are taken, all at once', async () => {
  const ports = await freePorts();
  const taken = [ports.http, ports.sqs].map((port) => createServer().listen(port, '127.0.0.1'));
  await Promise.all(taken.map((server) => once(server, 'listening')));
  const { exit, output, child } = start(ports);
  await exit;
  for (const server of taken) server.close();

  expect(child.exitCode).toBe(1);
  expect(output()).toBe(
    `Port ${ports.http} cannot be used (EADDRINUSE): free it, or set HTTP_PORT to another one.
Port ${ports.sqs} cannot be used (EADDRINUSE): free it, or set SQS_PORT to another one.
`,
  );
});

test('says which two ports are the same', async () => {
  const ports = await freePorts();
  const { exit, output } = start({ ...ports, dynamodb: ports.http });
  await exit;

  expect(output()).toBe(`HTTP_PORT and DYNAMODB_PORT are both ${ports.http}: set one to another.\n`);
});

test.each(['/proc/none', '/none/data', join(ROOT, 'package.json')])(
  'says that it cannot keep its data in %s',
  async (path) => {
    const { exit, output, child } = startIn(ROOT, await freePorts(), { DATA_DIR: path });
    await exit;

    expect(child.exitCode).toBe(1);
    expect(output()).toMatch(new RegExp(`^The data cannot be kept in ${path} .+: set DATA_DIR to .+\n$`));
  },
);

test('says what is wrong with a port that is none', async () => {
  const { exit, output } = start({ ...(await freePorts()), http: Number.NaN });
  await exit;

  expect(output()).toContain('HTTP_PORT=NaN is not a port');
});

test('leaves the data of a running stack alone', async () => {
  const ports = await freePorts();
  const first = start(ports);
  await isUp(first);
  const second = start(await freePorts(), '--fresh');
  await second.exit;
  first.child.kill('SIGINT');
  await first.exit;

  expect(second.child.exitCode).toBe(1);
  expect(second.output()).toContain(`Another npm start is using ${dataDir}`);
});

test('stops at once when it is interrupted while it starts', async () => {
  const ports = await freePorts();
  const interrupted = start(ports);
  await shows('building the functions', interrupted);
  const stoppedAt = Date.now();
  interrupted.child.kill('SIGINT');
  await interrupted.exit;

  expect(Date.now() - stoppedAt).toBeLessThan(2_000);
  expect(interrupted.child.exitCode).toBe(0);
  await vi.waitUntil(() => isGone(ports), { timeout: 5_000, interval: 50 });
});

test('explains its option when it is given another', async () => {
  const { exit, output } = start(await freePorts(), '--frsh');
  await exit;

  expect(output()).toContain('Usage: npm start [-- --fresh]');
  const asked = start(await freePorts(), '--help');
  await asked.exit;
  expect(asked.child.exitCode).toBe(0);
  expect(asked.output()).toMatch(/^Usage: npm start/);
});

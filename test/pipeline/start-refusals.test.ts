import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePorts } from '../../infrastructure/ports.ts';
import { interrupt, isGone, shows, start, startIn } from '../support/npm-start.ts';
import { ROOT } from '../support/run.ts';
import { until } from '../support/until.ts';

test('names the variables of all taken ports at once', async () => {
  const ports = await freePorts();
  const taken = [ports.http, ports.oidc, ports.sqs].map((port) => createServer().listen(port, '127.0.0.1'));
  await Promise.all(taken.map((server) => once(server, 'listening')));
  const { exit, output, child } = start(ports);
  await exit;
  for (const server of taken) server.close();

  expect(child.exitCode).toBe(1);
  expect(output()).toBe(
    `Port ${ports.http} cannot be used (EADDRINUSE): free it, or set HTTP_PORT to another one.
Port ${ports.oidc} cannot be used (EADDRINUSE): free it, or set OIDC_PORT to another one.
Port ${ports.sqs} cannot be used (EADDRINUSE): free it, or set SQS_PORT to another one.
`,
  );
});

test('says which two ports are the same', async () => {
  const ports = await freePorts();
  const { exit, output } = start({ ...ports, dynamodb: ports.http });
  await exit;

  expect(output()).toBe(`HTTP_PORT and DYNAMODB_PORT are both ${ports.http}: change one of them.\n`);
});

test.each(['/proc/none', '/none/data', join(ROOT, 'package.json')])(
  'says that it cannot keep its data in %s',
  async (path) => {
    const { exit, output, child } = startIn(ROOT, await freePorts(), { DATA_DIR: path });
    await exit;

    expect(child.exitCode).toBe(1);
    expect(output()).toMatch(new RegExp(`^${path} cannot hold the data .+: set DATA_DIR to .+\n$`));
  },
);

test('says what is wrong with an invalid port', async () => {
  const { exit, output } = start({ ...(await freePorts()), http: Number.NaN });
  await exit;

  expect(output()).toContain('HTTP_PORT=NaN is not a port');
});

test.each([
  [{ WEBHOOK_URLS: 'crm' }, 'WEBHOOK_URLS is "crm": it must be comma-separated URLs.\n'],
  [{}, /^Events need a secret to sign with\. Set WEBHOOK_SECRET to the output of "npm run secret"/],
  [{ WEBHOOK_SECRET: 'whsec_' }, /^WEBHOOK_SECRET is not a valid secret\. Set WEBHOOK_SECRET to the output/],
])('says what is wrong with endpoints, given %j', async (env, message) => {
  const urls = { WEBHOOK_URLS: 'http://127.0.0.1:9000/hook' };
  const { exit, output, child } = startIn(ROOT, await freePorts(), { ...urls, ...env });
  await exit;

  expect(child.exitCode).toBe(1);
  expect(output()).toMatch(message);
});

test('stops at once when it is interrupted while it starts', async () => {
  const ports = await freePorts();
  const interrupted = start(ports);
  await shows('building the functions', interrupted);
  await interrupt(interrupted);

  expect(interrupted.child.exitCode).toBe(0);
  await until(() => isGone(ports));
});

test('prints its usage when it gets an unknown option', async () => {
  const { exit, output } = start(await freePorts(), '--frsh');
  await exit;

  expect(output()).toContain('Usage: npm start [-- --fresh]');
  const asked = start(await freePorts(), '--help');
  await asked.exit;
  expect(asked.child.exitCode).toBe(0);
  expect(asked.output()).toMatch(/^Usage: npm start/);
});

test.each(['-h', '--help'])('prints its usage with %s', async (option) => {
  const asked = start(await freePorts(), option);
  await asked.exit;

  expect(asked.child.exitCode).toBe(0);
  expect(asked.output()).toMatch(/^Usage: npm start/);
});

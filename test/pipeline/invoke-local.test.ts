import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { itemAt } from '../support/pipeline.ts';
import { plainEnvironment, ROOT, run } from '../support/run.ts';

const buildFolder = `.esbuild/invoke-${process.pid}`;
afterAll(() => rmSync(join(ROOT, buildFolder), { recursive: true, force: true }));

const invokeLocal = (callback: string, ports: Ports) =>
  run(
    'npx',
    ['serverless', 'invoke', 'local', '--stage', 'local', '-f', callback, '-p', `events/${callback}.json`],
    plainEnvironment({
      SQS_PORT: String(ports.sqs),
      DYNAMODB_PORT: String(ports.dynamodb),
      BUILD_FOLDER: buildFolder,
    }),
  );

const KEYS: Record<string, [pk: string, sk: string]> = {
  cc: ['cc#b1920376-5e15-4f22-9996-6233f297685e', 'call'],
  predictive: ['predictive#agent:88e64026-d56b-4dc5-829c-7a7a9f2a1485', 'event#1558677726435364#1#2'],
  icc: ['icc#0605589a-c1f7-47a5-b75c-3e639e1b928a', 'call'],
  pns: ['pns#45', 'call'],
};

test.each(Object.entries(KEYS))(
  '%s answers 200 and its record arrives, without AWS credentials',
  async (callback, key) => {
    const { code, output } = await invokeLocal(callback, inject('ports'));
    const { body } = JSON.parse(readFileSync(join(ROOT, 'events', `${callback}.json`), 'utf8'));

    expect(output).toContain('"statusCode": 200');
    expect(code).toBe(0);
    expect(await itemAt(...key)).toMatchObject({ body });
  },
);

test('the consumer stores its sample', async () => {
  const { output } = await invokeLocal('consumer', inject('ports'));

  expect(output).toContain('"batchItemFailures": []');
  expect(await itemAt('pns#45', 'call')).toMatchObject({ callback: 'pns', talkSeconds: 6 });
});

test('a receiver answers 503 where nothing listens, without a stack trace', async () => {
  const { output } = await invokeLocal('icc', await freePorts());

  expect(output).toContain('"statusCode": 503');
  expect(output).not.toMatch(/\n\s+at /);
});

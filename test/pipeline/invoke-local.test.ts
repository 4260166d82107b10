import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { callAt, deliveriesOf } from '../support/pipeline.ts';
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

const KEYS: Record<string, string> = {
  cc: 'cc#b1920376-5e15-4f22-9996-6233f297685e',
  predictive: 'predictive#agent:88e64026-d56b-4dc5-829c-7a7a9f2a1485',
  icc: 'icc#0605589a-c1f7-47a5-b75c-3e639e1b928a',
  pns: 'pns#45',
};

test.each(Object.entries(KEYS))(
  '%s answers 200 and its delivery arrives, without AWS credentials',
  async (callback, pk) => {
    const { code, output } = await invokeLocal(callback, inject('ports'));
    const { body } = JSON.parse(readFileSync(join(ROOT, 'events', `${callback}.json`), 'utf8'));

    expect(output).toContain('"statusCode": 200');
    expect(code).toBe(0);
    expect(await deliveriesOf(pk)).toEqual(expect.arrayContaining([expect.objectContaining({ body })]));
  },
);

test('the consumer stores its sample, and the projector makes a call from it', async () => {
  const { output } = await invokeLocal('consumer', inject('ports'));
  expect(output).toContain('"batchItemFailures": []');
  expect(await deliveriesOf('pns#45')).toMatchObject([{ callback: 'pns', sk: 'body#1e384aab0d87136d' }]);

  const projected = await invokeLocal('projector', inject('ports'));
  expect(projected.output).toContain('"batchItemFailures": []');
  expect(await callAt('pns#45')).toMatchObject({ caller: '85235757583', talkSeconds: 6 });
});

test('the api answers its sample', async () => {
  const { code, output } = await invokeLocal('api', inject('ports'));

  expect(output).toContain('"statusCode": 200');
  expect(output).toContain('\\"calls\\":[');
  expect(code).toBe(0);
});

test('a receiver answers 503 without a stack trace if nothing listens', async () => {
  const { output } = await invokeLocal('icc', await freePorts());

  expect(output).toContain('"statusCode": 503');
  expect(output).not.toMatch(/\n\s+at /);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Bundle,
  bundle,
  bundleInto,
  resolveService,
  type Service,
  sourceOf,
} from '../../infrastructure/bundles.ts';
import { callbacks } from '../../shared/callbacks/list.ts';
import { run } from '../support/run.ts';

const MAX_KB = 220;
const MAX_COMPRESSED_KB = 75;

const bundles = new Map<string, Bundle>();
const receivers = callbacks.map(({ name }) => name);
const directory = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
let service: Service;

beforeAll(async () => {
  service = await resolveService('prod');
  for (const name of Object.keys(service.functions)) {
    bundles.set(name, await bundle(service, sourceOf(service, name)));
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

const bytesOf = (name: string): Uint8Array => bundles.get(name)?.outputFiles[0]?.contents ?? new Uint8Array();

/** The files that have any code in the bundle. */
const filesIn = (name: string): string[] =>
  Object.values(bundles.get(name)?.metafile.outputs ?? {})
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);

const packagesIn = (name: string): string[] => [
  ...new Set(
    filesIn(name).flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(file)?.slice(1, 2) ?? []),
  ),
];

test('every function is bundled', () => {
  expect([...bundles.keys()]).toEqual(expect.arrayContaining([...receivers, 'consumer']));
  for (const name of bundles.keys()) expect(filesIn(name)).toContain(`functions/${name}.ts`);
});

test('a receiver is at most 220 KB, and 75 KB compressed', () => {
  for (const name of receivers) {
    expect(bytesOf(name).length, name).toBeLessThanOrEqual(MAX_KB * 1000);
    expect(gzipSync(bytesOf(name)).length, name).toBeLessThanOrEqual(MAX_COMPRESSED_KB * 1000);
  }
});

test('every function loads from its bundle alone', async () => {
  for (const name of bundles.keys()) {
    const file = await bundleInto(directory, service, name);
    const environment = { QUEUE_URL: 'https://localhost:1/000000000000/calls', AWS_REGION: 'local' };
    const { code, output } = await run(process.execPath, [file], environment, directory);
    expect({ name, code, output }).toEqual({ name, code: 0, output: '' });
  }
});

test("a receiver carries the SDK's client of SQS only, the consumer those of DynamoDB and SQS", () => {
  const clients = (name: string) => packagesIn(name).filter((path) => path.includes('@aws-sdk/client-'));

  for (const name of receivers) expect(clients(name), name).toEqual(['node_modules/@aws-sdk/client-sqs']);
  expect(clients('consumer').toSorted()).toEqual([
    'node_modules/@aws-sdk/client-dynamodb',
    'node_modules/@aws-sdk/client-sqs',
  ]);
});

test('no function carries an aggregate client', () => {
  // Such as client-sqs/dist-es/SQS.js; the client itself is SQSClient.js.
  const aggregate = /@aws-sdk\/client-[^/]+\/dist-\w+\/(?!\w*Client\.|index\.|runtimeConfig)[A-Z]\w+\.js$/;

  for (const name of bundles.keys()) expect(filesIn(name).filter((file) => aggregate.test(file))).toEqual([]);
});

test('no function carries zod', () => {
  for (const name of bundles.keys()) expect(packagesIn(name)).not.toContain('node_modules/zod');
});

test('credentials come from the environment, not from a chain of providers', () => {
  const chain = /credential-provider|nested-clients|token-providers/;

  for (const name of bundles.keys()) {
    expect(packagesIn(name).filter((path) => chain.test(path))).toEqual([]);
    if (packagesIn(name).length > 0)
      expect(filesIn(name)).toContain('infrastructure/environment-credentials.ts');
  }
});

test('no function carries code for event streams', () => {
  for (const name of bundles.keys()) {
    // What stands in for it has two lines.
    expect(filesIn(name).filter((file) => file.includes('/event-streams/'))).toEqual([]);
  }
});

test('a prepared receiver has loaded no built-in module that it does not use', async () => {
  const file = await bundleInto(directory, service, 'cc');
  const script = `await import('${file}'); console.log(process.moduleLoadList.join('\\n'))`;
  const environment = { QUEUE_URL: 'https://127.0.0.1:1/000000000000/calls', AWS_REGION: 'local' };
  const { output } = await run(process.execPath, ['--input-type=module', '-e', script], environment);
  const loaded = output.split('\n');

  expect(loaded).toContain('NativeModule https');
  const unused = ['zlib', 'fs/promises', 'readline', 'perf_hooks', 'internal/webstreams/readablestream'];
  expect(loaded.filter((module) => unused.includes(module.replace('NativeModule ', '')))).toEqual([]);
});

test('no package of the SDK is bundled twice', () => {
  for (const name of bundles.keys()) {
    const sdk = packagesIn(name)
      .map((path) => path.replace(/.*node_modules\//, ''))
      .filter((path) => /^@(aws-sdk|smithy)\//.test(path));
    expect(sdk, name).toEqual([...new Set(sdk)]);
  }
});

test('stage local gets CommonJS, which cannot await while it loads', async () => {
  const local = await resolveService('local');

  for (const name of Object.keys(local.functions)) {
    const { outputFiles } = await bundle(local, sourceOf(local, name));
    expect(outputFiles.map(({ path }) => basename(path))).toEqual([`${name}.cjs`]);
  }
});

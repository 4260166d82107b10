import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildDeployed } from '../bench/builds.ts';
import { createCertificate } from '../bench/certificate.ts';
import { start } from '../bench/function.ts';
import { type Stub, startStub } from '../bench/stubs.ts';
import { resolveService, sourceOf } from '../build/bundles.ts';
import { freePorts } from '../local/ports.ts';
import { sha256 } from '../shared/digest.ts';

const directory = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
afterAll(() => rmSync(directory, { recursive: true }));

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
const THROTTLE = { description: 'none', apply: () => () => {}, close: () => {} };

const startReceiver = async (endpoint: string, caFile = '', onReady = () => {}) => {
  const service = await resolveService('prod');
  const { file } = await buildDeployed(service, sourceOf(service, 'cc'), directory);
  const event = {
    headers: { token: 'local' },
    requestContext: { http: { sourceIp: '127.0.0.1' } },
    body: '{"callId":"1"}',
  };
  const environment = {
    NODE_EXTRA_CA_CERTS: caFile,
    AWS_ENDPOINT_URL_SQS: endpoint,
    QUEUE_URL: `${endpoint}/000000000000/calls`,
    CC_TOKEN_SHA256: sha256('local'),
    _X_AMZN_TRACE_ID: TRACE,
  };
  return start({ name: 'cc', file, event, environment, onReady }, { throttled: 'none', throttle: THROTTLE });
};

test('a receiver connects to SQS while it is initialised, and sends its first message, with its trace, on that connection', async () => {
  const certificate = await createCertificate(directory);
  const stub = await startStub(certificate);
  let ready: Partial<Stub> = {};
  const receiver = await startReceiver(stub.endpoint, certificate.caFile, () => {
    ready = { ...stub };
  });
  await receiver.stop();
  stub.close();

  expect(ready).toMatchObject({ connections: 1, calls: 0 });
  expect(receiver.first).toMatchObject({ statusCode: 200 });
  expect(stub).toMatchObject({ connections: 1, calls: 1, headers: { 'x-amzn-trace-id': TRACE } });
});

test('a receiver starts and answers 503 where nothing listens', async () => {
  const { sqs } = await freePorts();
  const receiver = await startReceiver(`https://localhost:${sqs}`);
  await receiver.stop();

  expect(receiver.first).toMatchObject({ statusCode: 503 });
});

test('a receiver starts and answers 503 where SQS never says a word', async () => {
  const silent = createServer().listen(0);
  const { port } = silent.address() as AddressInfo;
  const receiver = await startReceiver(`https://localhost:${port}`);
  await receiver.stop();
  silent.close();

  expect(receiver.first).toMatchObject({ statusCode: 503 });
});

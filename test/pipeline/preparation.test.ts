import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Stub, startStub } from '../../fixtures/aws.ts';
import { type Certificate, createCertificate } from '../../fixtures/certificate.ts';
import { start } from '../../fixtures/lambda.ts';
import { bundleInto, resolveService } from '../../infrastructure/bundles.ts';
import { startRelay } from '../support/relay.ts';

const directory = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
afterAll(() => rmSync(directory, { recursive: true }));

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
const THROTTLE = { description: 'none', apply: () => () => {}, close: () => {} };

const EVENT = {
  headers: { token: 'local' },
  requestContext: { http: { sourceIp: '127.0.0.1' } },
  body: '{"callId":"1"}',
};
const UNAUTHORIZED = { ...EVENT, headers: {} };

let file = '';
let certificate: Certificate;
let stub: Stub;
beforeAll(async () => {
  file = await bundleInto(directory, await resolveService('prod'), 'cc');
  certificate = await createCertificate(directory);
});
beforeEach(async () => {
  stub = await startStub(certificate);
  return () => stub.close();
});

type Options = { event?: object; environment?: Record<string, string>; onReady?: () => void };

const startReceiver = async (endpoint: string, { event = EVENT, onReady, ...options }: Options = {}) => {
  const environment = {
    NODE_EXTRA_CA_CERTS: certificate.caFile,
    QUEUE_URL: `${endpoint}/000000000000/calls`,
    CC_TOKEN_SHA256: hash('sha256', 'local'),
    _X_AMZN_TRACE_ID: TRACE,
    ...options.environment,
  };
  const receiver = await start(
    { name: 'cc', file, event, environment, onReady: onReady ?? (() => {}) },
    { throttled: 'none', throttle: THROTTLE },
  );
  onTestFinished(receiver.stop);
  return receiver;
};

test('a receiver connects to SQS, by name, while it is initialised, and sends its first message, with its trace, on that connection', async () => {
  let ready: Partial<Stub> = {};
  const receiver = await startReceiver(stub.endpoint, {
    onReady: () => {
      ready = { ...stub };
    },
  });

  expect(ready).toMatchObject({ connections: 1, calls: 0 });
  expect(receiver.first).toMatchObject({ statusCode: 200 });
  expect(stub).toMatchObject({ connections: 1, calls: 1, headers: { 'x-amzn-trace-id': TRACE } });
  expect(stub.serverName).toBe('localhost');
});

test('a receiver signs for its region with the key and the session token of its role', async () => {
  await startReceiver(stub.endpoint, {
    environment: { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'key', AWS_SESSION_TOKEN: 'session' },
  });

  expect(stub.headers).toMatchObject({
    'x-amz-security-token': 'session',
    authorization: expect.stringMatching(
      /Credential=key\/\d{8}\/eu-central-1\/sqs\/aws4_request, SignedHeaders=\S*x-amz-security-token/,
    ),
  });
});

test('a receiver sends to the host of AWS_ENDPOINT_URL_SQS if that is set', async () => {
  const { first } = await startReceiver('https://sqs.invalid', {
    environment: { AWS_ENDPOINT_URL_SQS: stub.endpoint },
  });

  expect(first).toMatchObject({ statusCode: 200 });
  expect(stub).toMatchObject({ connections: 1, calls: 1 });
});

test('a receiver sends two messages on one connection', async () => {
  const receiver = await startReceiver(stub.endpoint);
  const { body } = await receiver.invoke(EVENT);

  expect(body).toMatchObject({ statusCode: 200 });
  expect(stub).toMatchObject({ connections: 1, calls: 2 });
});

test.each([
  ['closes', ''],
  ['breaks', 'no TLS'],
])(
  'a receiver opens another connection if SQS %s the first before it is used',
  async (_what, words) => {
    const relay = await startRelay(stub.endpoint);
    onTestFinished(relay.close);
    const receiver = await startReceiver(relay.endpoint, {
      event: UNAUTHORIZED,
      onReady: () => relay.hangUp(words),
    });
    await sleep(100);
    const { body } = await receiver.invoke(EVENT);

    expect(body).toMatchObject({ statusCode: 200 });
    expect(stub).toMatchObject({ connections: 2, calls: 1 });
  },
  15_000,
);

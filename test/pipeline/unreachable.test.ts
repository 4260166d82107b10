import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start } from '../../fixtures/lambda.ts';
import { bundleInto, resolveService, type Service } from '../../infrastructure/bundles.ts';
import { freePorts } from '../../infrastructure/ports.ts';
import { serialize } from '../../shared/deliveries/message.ts';
import { ccDelivery } from '../support/messages.ts';
import { startUnreachable } from '../support/unreachable.ts';

const directory = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
const stops: (() => unknown)[] = [() => rmSync(directory, { recursive: true })];
afterAll(() => Promise.all(stops.map((stop) => stop())));

const THROTTLE = { description: 'none', apply: () => () => {}, close: () => {} };
// An init that cannot connect waits 1 s for SQS.
const LEAST_INIT_MS = 800;

const CALL = {
  headers: { token: 'local' },
  requestContext: { http: { sourceIp: '127.0.0.1' } },
  body: '{"callId":"1"}',
};

let service: Service;
beforeAll(async () => {
  service = await resolveService('prod');
});

/** Starts a function as Lambda does, and calls it with the event. */
const startFunction = async (name: string, event: object, environment: Record<string, string>) => {
  const file = await bundleInto(directory, service, name);
  const started = await start({ name, file, event, environment }, { throttled: 'none', throttle: THROTTLE });
  stops.push(started.stop);
  return started;
};

const startReceiver = (port: number) =>
  startFunction('cc', CALL, {
    QUEUE_URL: `https://localhost:${port}/000000000000/deliveries`,
    CC_TOKEN_SHA256: hash('sha256', 'local'),
  });

const silentPort = (): number => {
  const server = createServer().listen(0);
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

const unreachablePort = async (): Promise<number> => {
  const { port, stop } = await startUnreachable();
  stops.push(stop);
  return port;
};

test.concurrent('a receiver starts and answers 503 if nothing listens', async () => {
  const { first } = await startReceiver((await freePorts()).sqs);

  expect(first).toMatchObject({ statusCode: 503 });
});

test.concurrent.each([
  ['SQS never says a word', silentPort],
  ['no connection reaches SQS', unreachablePort],
])(
  'a receiver starts and answers 503 if %s, its first call sooner by what init took',
  async (_what, portOf) => {
    const { first, firstMs, invoke } = await startReceiver(await portOf());
    const { body, ms } = await invoke(CALL);

    expect(first).toMatchObject({ statusCode: 503 });
    expect(body).toMatchObject({ statusCode: 503 });
    expect(firstMs).toBeLessThan(ms - LEAST_INIT_MS);
  },
);

test.concurrent('a consumer gives up a connection to DynamoDB sooner than an answer', async () => {
  const event = {
    Records: [{ messageId: 'm-0', body: serialize(ccDelivery('1')), eventSource: 'aws:sqs' }],
  };
  const consume = async (port: number) => {
    const environment = {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
      DELIVERIES_TABLE: 'deliveries',
    };
    const { first, firstMs } = await startFunction('consumer', event, environment);
    expect(first).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-0' }] });
    return firstMs;
  };
  const [unreachable = 0, silent = 0] = await Promise.all(
    [await unreachablePort(), silentPort()].map(consume),
  );

  expect(unreachable).toBeLessThan(silent / 2);
});

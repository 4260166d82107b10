import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { handler } from '../../../functions/webhooks.ts';
import { endpointsOf } from '../../../shared/events/endpoints.ts';
import { latestEventOf } from '../../../shared/events/event.ts';
import { webhookJob } from '../../../shared/events/job.ts';
import { RETRY_SECONDS } from '../../../shared/events/retries.ts';
import { logger } from '../../../shared/telemetry/logger.ts';
import { callItem } from '../../support/call-items.ts';
import { sqs } from '../../support/pipeline.ts';
import { until } from '../../support/until.ts';
import { type Endpoint, startEndpoint } from '../../support/webhook-endpoint.ts';

const { sqsEndpoint } = inject('stack');
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 30_000 } as Context;
const SECRET = `whsec_${Buffer.from('a secret of twenty-four.').toString('base64')}`;

const answering = (status: number, headers: Record<string, string> = {}) => {
  return (response: ServerResponse) => response.writeHead(status, headers).end('no matter');
};

let endpoint: Endpoint;
let deadLetters: string;
beforeAll(async () => {
  endpoint = await startEndpoint(SECRET);
  Object.assign(process.env, {
    ...{ STAGE: 'local', WEBHOOK_SECRET: SECRET },
    WEBHOOK_QUEUES: `${sqsEndpoint}/000000000000/deliver-`,
  });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'deliver-dlq' }));
  deadLetters = pathAt(QueueUrl);
});
afterAll(() => endpoint.stop());
beforeEach(() => {
  process.env.STAGE = 'local';
  endpoint.answerBy(answering(200));
  for (const list of [endpoint.sent, endpoint.refused]) list.length = 0;
});

// The emulator names another host than the one that it listens on.
const pathAt = (queueUrl: string) => new URL(new URL(queueUrl).pathname, sqsEndpoint).href;

/** A queue for a URL, with the redrive policy of infrastructure/webhooks.ts. */
const queueOf = async (url: string): Promise<{ id: string; queueUrl: string }> => {
  const [{ id } = { id: '' }] = endpointsOf(url);
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:local:000000000000:deliver-dlq',
    maxReceiveCount: RETRY_SECONDS.length + 1,
  });
  const command = new CreateQueueCommand({
    QueueName: `deliver-${id}`,
    Attributes: { VisibilityTimeout: '180', RedrivePolicy },
  });
  const { QueueUrl = '' } = await sqs.send(command);
  return { id, queueUrl: pathAt(QueueUrl) };
};

const event = latestEventOf(callItem(1, { endedAt: '2026-11-26T08:00:09.000Z' }));

const receive = async (QueueUrl: string): Promise<SQSRecord[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
  );
  return Messages.map(
    ({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }) =>
      ({ messageId: MessageId, receiptHandle: ReceiptHandle, body: Body, attributes: Attributes }) as never,
  );
};

type Entry = { reason?: string; status?: number; againInSeconds?: number };
type Handed = Entry & { comesAgain: boolean; message?: string };

/**
 * Hands messages to the function as Lambda would; what the log says of the first, and whether one
 * has to come again.
 */
const hand = async (records: SQSRecord[]): Promise<Handed> => {
  const logged: ({ message: string } & Entry)[] = [];
  const log = (...[message, entry]: Parameters<typeof logger.info>) => {
    logged.push({ message: String(message), ...(entry as Entry) });
  };
  const spies = (['info', 'warn'] as const).map((level) => vi.spyOn(logger, level).mockImplementation(log));
  const { batchItemFailures } = await handler({ Records: records } as SQSEvent, context);
  for (const spy of spies) spy.mockRestore();
  return { comesAgain: batchItemFailures.length > 0, ...logged[0] };
};

/** Sends the event to a URL once, the attempts before it having failed. */
const sendTo = async (url: string, { attempt = 1, urls = url } = {}) => {
  process.env.WEBHOOK_URLS = urls;
  const { id, queueUrl } = await queueOf(url);
  const message = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: webhookJob(id, event) });
  await sqs.send(message);
  const records = await receive(queueUrl);
  for (const { attributes } of records) attributes.ApproximateReceiveCount = String(attempt);
  return { ...(await hand(records)), queueUrl };
};

describe('an endpoint', () => {
  test.each([200, 204, 299])('that answers %i has accepted it', async (status) => {
    endpoint.answerBy(answering(status));

    expect(await sendTo(endpoint.url)).toMatchObject({ comesAgain: false, message: 'sent', status });
    expect(endpoint.sent.map((sent) => sent.event)).toEqual([event]);
    expect(endpoint.sent[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': event.id,
    });
  });

  test.each([301, 302, 307, 308])('that answers %i is not followed, and is retried', async (status) => {
    const elsewhere = await startEndpoint(SECRET);
    endpoint.answerBy(answering(status, { location: elsewhere.url }));
    const { comesAgain, reason } = await sendTo(endpoint.url);
    elsewhere.stop();

    expect({ comesAgain, reason }).toEqual({ comesAgain: true, reason: `status ${status}` });
    expect([...elsewhere.sent, ...elsewhere.refused]).toEqual([]);
  });

  test.each([400, 401, 404, 410, 429, 500, 503])('that answers %i is retried', async (status) => {
    endpoint.answerBy(answering(status));

    expect(await sendTo(endpoint.url)).toMatchObject({ comesAgain: true, reason: `status ${status}` });
  });

  test('that does not answer for 10 s is retried', async () => {
    endpoint.answerBy(() => {});
    const startedAt = Date.now();

    expect(await sendTo(endpoint.url)).toMatchObject({ comesAgain: true, reason: 'no answer in time' });
    expect(Date.now() - startedAt).toBeGreaterThan(9_900);
  });

  test('that drops the connection is retried', async () => {
    endpoint.answerBy((response) => response.socket?.destroy());

    expect(await sendTo(endpoint.url)).toMatchObject({
      comesAgain: true,
      reason: 'no connection ECONNRESET',
    });
  });

  test('that refuses connections is retried', async () => {
    const server = createTcpServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();

    expect(await sendTo(`http://127.0.0.1:${port}/`)).toMatchObject({
      comesAgain: true,
      reason: 'no connection ECONNREFUSED',
    });
  });

  test('that is no longer in WEBHOOK_URLS is not retried', async () => {
    const answer = await sendTo(endpoint.url, { urls: 'https://other.example/' });

    expect(answer).toMatchObject({ comesAgain: false, message: 'dropped' });
    expect(endpoint.sent).toEqual([]);
  });

  test('that never ends its answer is not waited for', async () => {
    endpoint.answerBy((response) => {
      response.writeHead(200).write('and');
    });

    expect(await sendTo(endpoint.url)).toMatchObject({ comesAgain: false, status: 200 });
  });
});

describe('on a deployed stage', () => {
  beforeEach(() => {
    process.env.STAGE = 'prod';
  });

  test.each([
    ['loopback', () => endpoint.url],
    ['loopback by name', () => endpoint.url.replace('127.0.0.1', 'localhost')],
    ['loopback, as one number', () => endpoint.url.replace('127.0.0.1', '2130706433')],
    ['loopback, IPv6', () => endpoint.url.replace('127.0.0.1', '[::1]')],
    ['loopback, mapped', () => endpoint.url.replace('127.0.0.1', '[::ffff:127.0.0.1]')],
    ['a private network', () => 'https://10.0.0.1/hook'],
    ['the metadata of the machine', () => 'http://169.254.169.254/latest'],
  ])('nothing is sent to %s', async (_, url) => {
    expect(await sendTo(url())).toMatchObject({ comesAgain: true, reason: 'address not public' });
    expect([...endpoint.sent, ...endpoint.refused]).toEqual([]);
  });

  test('nothing is sent without TLS', async () => {
    expect(await sendTo('http://192.0.1.1/hook')).toMatchObject({ comesAgain: true, reason: 'not https' });
  });
});

describe('an event that was not accepted', () => {
  test.each(RETRY_SECONDS.map((seconds, n) => [n + 1, seconds]))(
    'comes again, after attempt %i, in %i s and a little more',
    async (attempt, seconds) => {
      endpoint.answerBy(answering(500));
      const { againInSeconds, comesAgain } = await sendTo(endpoint.url, { attempt });

      expect(comesAgain).toBe(true);
      expect(againInSeconds).toBeGreaterThanOrEqual(seconds);
      expect(againInSeconds).toBeLessThanOrEqual(Math.ceil(1.1 * seconds));
    },
  );

  test('is hidden until then', async () => {
    endpoint.answerBy(answering(500));
    const url = `${endpoint.url}/hidden`;
    const { queueUrl } = await sendTo(url);

    expect(await receive(queueUrl)).toEqual([]);
    // Its first wait, and not the queue's three minutes.
    expect((await until(() => receive(queueUrl).then(nonEmpty))).length).toBe(1);
  });

  test('is a dead letter after its seventh attempt', async () => {
    endpoint.answerBy(answering(500));
    const url = `${endpoint.url}/dead`;
    const { id, queueUrl } = await queueOf(url);
    process.env.WEBHOOK_URLS = url;
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: webhookJob(id, event) }));
    const attempts: unknown[] = [];
    while ((await countOf(deadLetters)) === 0) {
      const records = await receive(queueUrl);
      if (records.length === 0) continue;
      const { againInSeconds } = await hand(records);
      attempts.push(againInSeconds);
      // As if the time had passed.
      if (againInSeconds !== undefined) await show(queueUrl, records);
    }

    expect(attempts.map((seconds) => seconds !== undefined)).toEqual([
      ...RETRY_SECONDS.map(() => true),
      false,
    ]);
    expect((await receive(deadLetters)).map(({ body }) => JSON.parse(body).id)).toEqual([event.id]);
  });

  test('does not hold back its neighbours', async () => {
    const other = `${endpoint.url}/other`;
    endpoint.answerBy(answering(500));
    const healthy = await startEndpoint(SECRET);
    const urls = [other, healthy.url];
    process.env.WEBHOOK_URLS = urls.join();
    const records: SQSRecord[] = [];
    for (const url of urls) {
      const { id, queueUrl } = await queueOf(url);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: webhookJob(id, event) }));
      records.push(...(await receive(queueUrl)));
    }
    const { batchItemFailures } = await handler({ Records: records } as SQSEvent, context);
    healthy.stop();

    expect(batchItemFailures).toEqual([{ itemIdentifier: records[0]?.messageId }]);
    expect(healthy.sent.length).toBe(1);
  });
});

test('without a secret nothing is sent, and every message comes again', async () => {
  process.env.WEBHOOK_SECRET = ' , ';
  const { comesAgain, reason } = await sendTo(endpoint.url);
  process.env.WEBHOOK_SECRET = SECRET;

  expect(comesAgain).toBe(true);
  expect(reason).toMatch(/no secret to sign with/);
  expect([...endpoint.sent, ...endpoint.refused]).toEqual([]);
});

const nonEmpty = (records: SQSRecord[]) => (records.length > 0 ? records : undefined);

const countOf = async (QueueUrl: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages);
};

const show = async (QueueUrl: string, records: SQSRecord[]): Promise<void> => {
  for (const { receiptHandle: ReceiptHandle } of records) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
};

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { serialize } from '../../shared/deliveries/message.ts';
import { enqueue } from '../../shared/receiving/enqueue.ts';
import { type Call, type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { ccDelivery } from '../support/messages.ts';
import { startOwnTime } from '../support/own-time.ts';

const FAULTS = ['reset', 'error', 'throttle', 'hang', 'trickle-headers', 'trickle-body', 'drop'] as const;
const STRICTEST_MS = 3_500;
const ANY_NUMBER = 1_000;

const { sqsEndpoint, dynamodbEndpoint, queueUrl } = inject('stack');
let sqs: FaultProxy;
let dynamodb: FaultProxy;
let receive: typeof import('../../functions/cc.ts').handler;
let consume: typeof import('../../functions/consumer.ts').handler;

// The call's own id says what is to happen to it.
const chosen = ({ input }: { input: string }) => FAULTS.find((fault) => input.includes(`fault:${fault}:`));

beforeAll(async () => {
  sqs = await startFaultProxy(sqsEndpoint);
  dynamodb = await startFaultProxy(dynamodbEndpoint);
  sqs.faultOf = chosen;
  dynamodb.faultOf = chosen;
  process.env.AWS_ENDPOINT_URL_SQS = sqs.endpoint;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamodb.endpoint;
  process.env.QUEUE_URL = sqs.endpoint + new URL(queueUrl).pathname;
  receive = (await import('../../functions/cc.ts')).handler;
  consume = (await import('../../functions/consumer.ts')).handler;
});
afterAll(async () => {
  await sqs.stop();
  await dynamodb.stop();
});

/**
 * What AWS answers to the calls about this id, in this order, before it does its work; and the
 * calls so far.
 */
const answerInTurn = (proxy: FaultProxy, id: string, ...faults: Fault[]): Call[] => {
  const calls: Call[] = [];
  const { faultOf } = proxy;
  proxy.faultOf = (made) => (made.input.includes(id) ? faults[calls.push(made) - 1] : faultOf(made));
  return calls;
};

const deliver = async (body: string) => {
  const event = {
    headers: { token: 'local' },
    requestContext: { http: { sourceIp: '127.0.0.1' } },
    body,
  } as unknown as APIGatewayProxyEventV2;
  const ownMs = startOwnTime();
  const answer = await receive(event, { awsRequestId: 'test' } as Context);
  return { status: answer.statusCode, headers: answer.headers, ms: ownMs() };
};

const call = (callId: string) => deliver(JSON.stringify({ callId }));

test.concurrent.each(FAULTS)('SQS that always answers with %s is a 503 by 3.5 s', async (fault) => {
  const answer = await call(`fault:${fault}:${randomUUID()}`);

  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(answer.ms).toBeLessThan(STRICTEST_MS);
});

test.concurrent.each(FAULTS.filter((fault) => fault !== 'trickle-body'))(
  'SQS that answers once with %s and then confirms is a 200 by 3.5 s',
  async (fault) => {
    const id = `once:${fault}:${randomUUID()}`;
    const calls = answerInTurn(sqs, id, fault);
    const answer = await call(id);

    expect(answer.status).toBe(200);
    expect(answer.ms).toBeLessThan(STRICTEST_MS);
    expect(calls).toHaveLength(2);
  },
);

const refusal = (status: number, type: string): Fault => ({
  status,
  body: { __type: `com.amazonaws.sqs#${type}` },
});

// One after the other: what a busy machine does not get done in time is lost here.
test.each<[string, Fault]>([
  ['is reset', 'reset'],
  ['answers 500', 'error'],
  ['throttles with a 403', refusal(403, 'RequestThrottled')],
  ['answers 429', refusal(429, 'TooManyRequests')],
])('SQS that %s for a second costs no callback', async (_what, fault) => {
  const name = `for-a-second:${randomUUID()}:`;
  let endsAt = Number.POSITIVE_INFINITY;
  const { faultOf } = sqs;
  sqs.faultOf = (made) => {
    if (!made.input.includes(name)) return faultOf(made);
    endsAt = Math.min(endsAt, Date.now() + 1_000);
    return Date.now() < endsAt ? fault : undefined;
  };
  const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => call(name + index)));

  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
});

test.concurrent.each([
  [400, 'QueueDoesNotExist'],
  [403, 'AccessDeniedException'],
])('SQS that will never accept the message gets one request: %i %s', async (status, type) => {
  const id = randomUUID();
  const calls = answerInTurn(sqs, id, ...Array(ANY_NUMBER).fill(refusal(status, type)));

  expect(await call(id)).toMatchObject({ status: 503 });
  expect(calls).toHaveLength(1);
});

test.concurrent.each([
  ['no digest', {}],
  ['the digest of another message', { MD5OfMessageBody: '0'.repeat(32) }],
])('a 200 of SQS with %s confirms nothing and is a 503', async (_what, body) => {
  const id = randomUUID();
  answerInTurn(sqs, id, ...Array(ANY_NUMBER).fill({ status: 200, body }));

  expect(await call(id)).toMatchObject({ status: 503 });
});

test.concurrent('a body that is refused is a 503 as long as SQS has not confirmed it', async () => {
  expect(await deliver(`fault:error:${randomUUID()} is not JSON`)).toMatchObject({ status: 503 });
  expect(await deliver(`${randomUUID()} is not JSON`)).toMatchObject({ status: 400 });
});

test.concurrent('time is counted from the start of the function', async () => {
  const message = ccDelivery(`fault:hang:${randomUUID()}`);
  const ownMs = startOwnTime();

  await expect(enqueue(message, Date.now() - 2_300)).rejects.toThrow();
  expect(ownMs()).toBeLessThan(900);
});

test.concurrent.each(FAULTS)(
  'a consumer whose DynamoDB always answers with %s stops before its deadline and reports just that message',
  async (fault) => {
    const [good, bad] = [ccDelivery(randomUUID()), ccDelivery(`fault:${fault}:${randomUUID()}`)];
    const event = {
      Records: [good, bad].map((body, index) => ({
        messageId: `m-${index}`,
        body: serialize(body),
        eventSource: 'aws:sqs',
      })),
    } as SQSEvent;
    const ownMs = startOwnTime();
    const response = await consume(event, { getRemainingTimeInMillis: () => 4_000 } as Context);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(ownMs()).toBeLessThan(4_000);
  },
);

test.concurrent('DynamoDB that hangs once and then answers has stored the message in the same invocation', async () => {
  const id = randomUUID();
  const calls = answerInTurn(dynamodb, id, 'hang');
  const event = {
    Records: [{ messageId: 'm-0', body: serialize(ccDelivery(id)), eventSource: 'aws:sqs' }],
  } as SQSEvent;

  expect(await consume(event, { getRemainingTimeInMillis: () => 30_000 } as Context)).toEqual({
    batchItemFailures: [],
  });
  expect(calls).toHaveLength(2);
});

// Last, because it is the whole proxy that goes away.
test('SQS that refuses connections for a second costs no callback', async () => {
  await sqs.refuse();
  const answering = call(randomUUID());
  await sleep(1_000);
  await sqs.accept();

  expect(await answering).toMatchObject({ status: 200 });
});

test('SQS that always refuses connections is a 503 by 3.5 s', async () => {
  await sqs.refuse();
  const answer = await call(randomUUID());
  await sqs.accept();

  expect(answer.status).toBe(503);
  expect(answer.ms).toBeLessThan(STRICTEST_MS);
});

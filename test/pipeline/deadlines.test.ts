import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { serialize } from '../../shared/deliveries/message.ts';
import { enqueue } from '../../shared/receiving/enqueue.ts';
import { type Call, type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { ccMessage } from '../support/messages.ts';

const FAULTS: Fault[] = ['reset', 'error', 'throttle', 'hang', 'trickle-headers', 'trickle-body', 'drop'];
const STRICTEST_MS = 3_500;

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

/** What AWS answers to the calls about this id, in this order, before it does its work; and the calls so far. */
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
  const startedAt = Date.now();
  const answer = await receive(event, { awsRequestId: 'test' } as Context);
  return { status: answer.statusCode, headers: answer.headers, ms: Date.now() - startedAt };
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

test.concurrent('SQS that confirms the third attempt only is a 200', async () => {
  const id = randomUUID();
  const calls = answerInTurn(sqs, id, 'error', 'throttle');

  expect(await call(id)).toMatchObject({ status: 200 });
  expect(calls).toHaveLength(3);
});

test.concurrent('SQS that will never take the message is asked once', async () => {
  const id = randomUUID();
  const calls = answerInTurn(sqs, id, {
    status: 400,
    body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist' },
  });

  expect(await call(id)).toMatchObject({ status: 503 });
  expect(calls).toHaveLength(1);
});

test.concurrent.each([
  ['no digest', {}],
  ['the digest of another message', { MD5OfMessageBody: '0'.repeat(32) }],
])('a 200 of SQS with %s confirms nothing and is a 503', async (_what, body) => {
  const id = randomUUID();
  answerInTurn(sqs, id, ...Array(9).fill({ status: 200, body }));

  expect(await call(id)).toMatchObject({ status: 503 });
});

test.concurrent('a body that is refused is a 503 as long as SQS has not confirmed it', async () => {
  expect(await deliver(`fault:error:${randomUUID()} is not JSON`)).toMatchObject({ status: 503 });
  expect(await deliver(`${randomUUID()} is not JSON`)).toMatchObject({ status: 400 });
});

test.concurrent('time is counted from the start of the function', async () => {
  const message = ccMessage(`fault:hang:${randomUUID()}`);
  const startedAt = Date.now();

  await expect(enqueue(message, startedAt - 2_300)).rejects.toThrow();
  expect(Date.now() - startedAt).toBeLessThan(900);
});

test.concurrent.each(FAULTS)(
  'a consumer whose DynamoDB always answers with %s stops before its deadline and reports just that message',
  async (fault) => {
    const [good, bad] = [ccMessage(randomUUID()), ccMessage(`fault:${fault}:${randomUUID()}`)];
    const event = {
      Records: [good, bad].map((body, index) => ({
        messageId: `m-${index}`,
        body: serialize(body),
        eventSource: 'aws:sqs',
      })),
    } as SQSEvent;
    const startedAt = Date.now();
    const response = await consume(event, { getRemainingTimeInMillis: () => 4_000 } as Context);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  },
);

test.concurrent('DynamoDB that hangs once and then answers has stored the message in the same invocation', async () => {
  const id = randomUUID();
  const calls = answerInTurn(dynamodb, id, 'hang');
  const event = {
    Records: [{ messageId: 'm-0', body: serialize(ccMessage(id)), eventSource: 'aws:sqs' }],
  } as SQSEvent;

  expect(await consume(event, { getRemainingTimeInMillis: () => 30_000 } as Context)).toEqual({
    batchItemFailures: [],
  });
  expect(calls).toHaveLength(2);
});

// Last, because it is the whole proxy that goes away.
test('SQS that refuses connections is a 503 at once', async () => {
  await sqs.refuse();
  const answer = await call(randomUUID());
  await sqs.accept();

  expect(answer.status).toBe(503);
  expect(answer.ms).toBeLessThan(STRICTEST_MS);
  expect(await call(randomUUID())).toMatchObject({ status: 200 });
});

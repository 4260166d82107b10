import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { serialize } from '../shared/message.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { ccMessage } from './support/messages.ts';

const FAULTS: Fault[] = ['reset', 'error', 'throttle', 'hang', 'trickle-headers', 'trickle-body', 'drop'];
const STRICTEST_MS = 3_500;

const { sqsEndpoint, dynamodbEndpoint, queueUrl } = inject('stack');
let sqs: FaultProxy;
let dynamodb: FaultProxy;
let receive: typeof import('../functions/cc.ts').handler;
let consume: typeof import('../functions/consumer.ts').handler;

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
  receive = (await import('../functions/cc.ts')).handler;
  consume = (await import('../functions/consumer.ts')).handler;
});
afterAll(async () => {
  await sqs.stop();
  await dynamodb.stop();
});

const call = async (callId: string) => {
  const event = {
    headers: { token: 'local' },
    requestContext: { http: { sourceIp: '127.0.0.1' } },
    body: JSON.stringify({ callId }),
  } as unknown as APIGatewayProxyEventV2;
  const startedAt = Date.now();
  const answer = await receive(event, { awsRequestId: 'test' } as Context);
  return { status: answer.statusCode, headers: answer.headers, ms: Date.now() - startedAt };
};

test.concurrent.each(FAULTS)('SQS that always answers with %s is a 503 by 3.5 s', async (fault) => {
  const answer = await call(`fault:${fault}:${randomUUID()}`);

  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(answer.ms).toBeLessThan(STRICTEST_MS);
});

test.concurrent.each(FAULTS.filter((fault) => fault !== 'trickle-body'))(
  'SQS that answers once with %s and then confirms is a 200 by 3.5 s',
  async (fault) => {
    const id = `once:${fault}:${randomUUID()}`;
    let calls = 0;
    const { faultOf } = sqs;
    sqs.faultOf = (made) => (made.input.includes(id) ? (calls++ === 0 ? fault : undefined) : faultOf(made));
    const answer = await call(id);

    expect(answer.status).toBe(200);
    expect(answer.ms).toBeLessThan(STRICTEST_MS);
    expect(calls).toBe(2);
  },
);

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

// Last, because it is the whole proxy that goes away.
test('SQS that refuses connections is a 503 at once', async () => {
  await sqs.refuse();
  const answer = await call(randomUUID());
  await sqs.accept();

  expect(answer.status).toBe(503);
  expect(answer.ms).toBeLessThan(STRICTEST_MS);
  expect(await call(randomUUID())).toMatchObject({ status: 200 });
});

import { randomUUID } from 'node:crypto';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { handler } from '../../functions/consumer.ts';
import { serialize } from '../../shared/deliveries/message.ts';
import { store } from '../../shared/deliveries/store.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { ccMessage } from '../support/messages.ts';
import { itemAt, itemsOf, sqs } from '../support/pipeline.ts';

const { queueUrl, deadLetterQueueUrl, dynamodbEndpoint } = inject('stack');
const context = { getRemainingTimeInMillis: () => 30_000 } as Context;

let dynamodb: FaultProxy;
beforeAll(async () => {
  dynamodb = await startFaultProxy(dynamodbEndpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamodb.endpoint;
});
afterEach(() => {
  dynamodb.faultOf = () => undefined;
});
afterAll(() => dynamodb.stop());

const batch = (...bodies: string[]) =>
  ({
    Records: bodies.map((body, index) => ({ messageId: `m-${index}`, body, eventSource: 'aws:sqs' })),
  }) as SQSEvent;

test('reports exactly the messages of a batch that it could not store', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const { pk: _, ...headless } = ccMessage(randomUUID());
  const response = await handler(
    batch(
      serialize(ccMessage(first)),
      'not json',
      '{}',
      serialize(ccMessage(second)),
      JSON.stringify(headless),
      JSON.stringify({ ...ccMessage(randomUUID()), record: { callId: 7 } }),
      JSON.stringify({ ...ccMessage(randomUUID()), record: { misspelt: 'x' } }),
      JSON.stringify({ ...ccMessage(randomUUID()), bodyHash: 'x' }),
      JSON.stringify({ ...ccMessage(randomUUID()), receivedAt: 'yesterday' }),
      JSON.stringify({ ...ccMessage(randomUUID()), misspelt: 'x' }),
      JSON.stringify({ ...ccMessage(randomUUID()), issues: [] }),
    ),
    context,
  );

  expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    'm-1',
    'm-2',
    'm-4',
    'm-5',
    'm-6',
    'm-7',
    'm-8',
    'm-9',
    'm-10',
  ]);
  expect(await itemAt(`cc#${first}`, 'call')).toMatchObject({ callId: first });
  expect(await itemAt(`cc#${second}`, 'call')).toMatchObject({ callId: second });
});

test('stores a message that is twice in one batch once', async () => {
  const id = randomUUID();
  const text = serialize(ccMessage(id));

  expect(await handler(batch(text, text), context)).toEqual({ batchItemFailures: [] });
  expect(await itemsOf(`cc#${id}`)).toMatchObject([{ sk: 'call', id }]);
});

test('tells a redelivery of a changed body from a change', async () => {
  const id = randomUUID();
  const bodies = ['first', 'second', 'second', 'third', 'first'];
  const outcomes: string[] = [];
  for (const body of bodies) outcomes.push(await store(ccMessage(id, body), AbortSignal.timeout(5_000)));

  expect(outcomes).toEqual(['stored', 'changed', 'duplicate', 'changed', 'duplicate']);
});

test('reads what is stored consistently before it calls a delivery changed', async () => {
  const text = serialize(ccMessage(randomUUID()));
  const reads: unknown[] = [];
  dynamodb.faultOf = ({ action, input }) => {
    if (action === 'GetItem') reads.push(JSON.parse(input));
    return undefined;
  };
  await handler(batch(text), context);
  await handler(batch(text), context);

  expect(reads).toMatchObject([{ ConsistentRead: true }]);
});

test('reports a message whose place was taken and is free when it is looked at', async () => {
  const id = randomUUID();
  await handler(batch(serialize(ccMessage(id, 'first'))), context);
  dynamodb.faultOf = ({ action }) => (action === 'GetItem' ? { status: 200, body: {} } : undefined);

  expect(await handler(batch(serialize(ccMessage(id, 'second'))), context)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm-0' }],
  });
  expect(await itemsOf(`cc#${id}`)).toMatchObject([{ sk: 'call', body: 'first' }]);
});

test('keeps batches apart that are stored at the same time', async () => {
  const responses = await Promise.all([
    handler(batch('bad'), context),
    handler(batch(serialize(ccMessage(randomUUID()))), context),
  ]);

  expect(responses.map(({ batchItemFailures }) => batchItemFailures.length)).toEqual([1, 0]);
});

const setVisibility = (seconds: string) =>
  sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { VisibilityTimeout: seconds } }));

const attributeOf = async (url: string, name: 'VisibilityTimeout' | 'ApproximateNumberOfMessages') => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }),
  );
  return Attributes[name] ?? '';
};

let visibility = '';
beforeAll(async () => {
  visibility = await attributeOf(queueUrl, 'VisibilityTimeout');
  await setVisibility('1');
});
afterAll(async () => {
  await setVisibility(visibility);
  await sqs.send(new PurgeQueueCommand({ QueueUrl: deadLetterQueueUrl }));
});

test('a malformed message ends in the dead-letter queue, its neighbours in the table', async () => {
  const ids = Array.from({ length: 9 }, () => randomUUID());
  const send = (text: string) => sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: text }));
  await Promise.all([send('{"poison":true}'), ...ids.map((id) => send(serialize(ccMessage(id))))]);

  await vi.waitUntil(
    async () => (await attributeOf(deadLetterQueueUrl, 'ApproximateNumberOfMessages')) === '1',
    {
      timeout: 30_000,
      interval: 200,
    },
  );
  const items = await Promise.all(ids.map((id) => itemAt(`cc#${id}`, 'call')));
  expect(items.map((item) => item?.callId)).toEqual(ids);
});

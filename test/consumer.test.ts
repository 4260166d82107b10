import { randomUUID } from 'node:crypto';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { handler } from '../functions/consumer.ts';
import { serialize } from '../shared/message.ts';
import { ccMessage } from './support/messages.ts';
import { itemAt, sqs } from './support/pipeline.ts';

const { queueUrl, deadLetterQueueUrl } = inject('stack');
const context = { getRemainingTimeInMillis: () => 30_000 } as Context;

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
    ),
    context,
  );

  expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    'm-1',
    'm-2',
    'm-4',
    'm-5',
    'm-6',
  ]);
  expect(await itemAt(`cc#${first}`, 'call')).toMatchObject({ callId: first });
  expect(await itemAt(`cc#${second}`, 'call')).toMatchObject({ callId: second });
});

test('stores a message that is twice in one batch once', async () => {
  const id = randomUUID();
  const text = serialize(ccMessage(id));

  expect(await handler(batch(text, text), context)).toEqual({ batchItemFailures: [] });
  expect(await itemAt(`cc#${id}`, 'call')).toMatchObject({ id });
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

import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { beforeEach, expect, test, vi } from 'vitest';
import { countMessages } from '../../commands/lib/stage.ts';
import { startPoller } from '../../local/poller.ts';
import { sqs } from '../support/pipeline.ts';
import { until } from '../support/until.ts';

let QueueUrl: string;

// What is received and not deleted stays invisible for longer than any test.
beforeEach(async () => {
  const Attributes = { VisibilityTimeout: '600' };
  const created = await sqs.send(new CreateQueueCommand({ QueueName: `poller-${randomUUID()}`, Attributes }));
  QueueUrl = created.QueueUrl ?? '';
});

const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

const held = () => countMessages({ sqs }, QueueUrl);

const poll = (invoke: (event: SQSEvent) => Promise<SQSBatchResponse>, onError = (_: Error) => {}) =>
  startPoller({ sqs, queueUrl: QueueUrl, queueArn: 'poller', batchSize: 10, invoke, onError });

test('messages in flight when it stops are visible again at once', async () => {
  await send('in hand');
  const invoke = vi.fn(() => new Promise<SQSBatchResponse>(() => {}));
  const poller = poll(invoke);
  await until(() => invoke.mock.calls.length > 0);
  await poller.stop();

  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages.map(({ Body }) => Body)).toEqual(['in hand']);
});

test('nothing of a batch whose function throws is deleted', async () => {
  await send('one');
  await send('another');
  const onError = vi.fn();
  const seen: string[] = [];
  const poller = poll(async ({ Records }) => {
    seen.push(...Records.map(({ body }) => body));
    throw new Error('out of time');
  }, onError);
  await until(() => seen.length === 2);
  await poller.stop();

  expect(onError).toHaveBeenCalledWith(new Error('out of time'));
  expect(await held()).toBe(2);
});

test('the failed messages of a batch are kept, the others deleted', async () => {
  await send('good');
  await send('bad');
  const poller = poll(async ({ Records }) => ({
    batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  }));
  await until(async () => (await held()) < 2);
  await poller.stop();

  expect(await held()).toBe(1);
});

test('a batch is cut at the size that a function accepts', async () => {
  const bodies = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(900_000));
  for (const body of bodies) await send(body);
  const events: number[] = [];
  const seen: string[] = [];
  const poller = poll(async (event) => {
    events.push(Buffer.byteLength(JSON.stringify(event)));
    seen.push(...event.Records.map(({ body }) => body));
    return { batchItemFailures: [] };
  });
  await until(async () => seen.length >= bodies.length && (await held()) === 0);
  await poller.stop();

  expect(seen.toSorted()).toEqual(bodies);
  expect(Math.max(...events)).toBeLessThan(6_000_000);
});

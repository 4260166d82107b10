import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { handler } from '../../functions/consumer.ts';
import { serialize } from '../../shared/deliveries/message.ts';
import { store } from '../../shared/deliveries/store.ts';
import { subjectOf, writeTombstone } from '../../shared/deliveries/tombstone.ts';
import { reception } from '../support/calls.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { ccDelivery } from '../support/messages.ts';
import { deliveriesOf, deliveryAt, sqs } from '../support/pipeline.ts';

const { dynamodbEndpoint } = inject('stack');
const context = { getRemainingTimeInMillis: () => 30_000 } as Context;

let dynamodb: FaultProxy;
const actions: string[] = [];
beforeAll(async () => {
  dynamodb = await startFaultProxy(dynamodbEndpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamodb.endpoint;
});
beforeEach(() => {
  actions.length = 0;
  dynamodb.onAnswer = () => {};
  dynamodb.faultOf = ({ action }) => {
    actions.push(action);
    return undefined;
  };
});
afterAll(() => dynamodb.stop());

const deadline = () => AbortSignal.timeout(5_000);

const batch = (...bodies: string[]) =>
  ({
    Records: bodies.map((body, index) => ({ messageId: `m-${index}`, body, eventSource: 'aws:sqs' })),
  }) as SQSEvent;

describe('a message that no version can read', () => {
  const { pk: _, ...headless } = ccDelivery(randomUUID());
  const unreadable = [
    'not json',
    '{}',
    JSON.stringify(headless),
    JSON.stringify({ ...ccDelivery(randomUUID()), pk: '' }),
    JSON.stringify({ ...ccDelivery(randomUUID()), sk: 'x'.repeat(1025) }),
    JSON.stringify({ ...ccDelivery(randomUUID()), expiresAt: 'soon' }),
  ];
  afterEach(() => vi.unstubAllEnvs());

  test('is a dead letter at once, and keeps no other from its table', async () => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `dlq-${randomUUID()}` }));
    vi.stubEnv('DEAD_LETTER_QUEUE_URL', QueueUrl);
    const [first, second] = [ccDelivery(randomUUID()), ccDelivery(randomUUID())];
    const response = await handler(batch(serialize(first), ...unreadable, serialize(second)), context);
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs.send(receive);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(Messages.map(({ Body }) => Body).sort()).toEqual(unreadable.toSorted());
    expect(await deliveriesOf(first.pk)).toEqual([first]);
    expect(await deliveriesOf(second.pk)).toEqual([second]);
  });

  test('stays in the queue if the dead-letter queue does not accept it', async () => {
    const item = ccDelivery(randomUUID());
    const response = await handler(batch(...unreadable, serialize(item)), context);

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
      unreadable.map((_, n) => `m-${n}`),
    );
    expect(await deliveriesOf(item.pk)).toEqual([item]);
  });
});

test('stores an item from another version of the code unchanged', async () => {
  const item = { ...ccDelivery(randomUUID()), future: { list: [1, null, 'x'], flag: true } };

  expect(await handler(batch(JSON.stringify(item)), context)).toEqual({ batchItemFailures: [] });
  expect(await deliveriesOf(item.pk)).toEqual([item]);
});

test('looks for a tombstone before and after the one write of a new delivery, and of a duplicate before it only', async () => {
  const text = serialize(ccDelivery(randomUUID()));
  await handler(batch(text), context);
  await handler(batch(text), context);

  expect(actions).toEqual(['GetItem', 'PutItem', 'GetItem', 'GetItem', 'PutItem']);
});

test('stores a message that is twice in one batch once', async () => {
  const item = ccDelivery(randomUUID());

  expect(await handler(batch(serialize(item), serialize(item)), context)).toEqual({ batchItemFailures: [] });
  expect(await deliveriesOf(item.pk)).toEqual([item]);
});

test('distinguishes a redelivery from another body of the same call, and changes nothing by it', async () => {
  const id = randomUUID();
  const [a, b] = [ccDelivery(id, { caller: '1' }), ccDelivery(id, { caller: '2' })];
  const outcomes: string[] = [];
  for (const item of [a, b, { ...a, receivedAt: new Date(0).toISOString() }, b]) {
    outcomes.push(await store(item, deadline()));
  }

  expect(outcomes).toEqual(['stored', 'stored', 'duplicate', 'duplicate']);
  expect(await deliveriesOf(a.pk)).toEqual([a, b].sort((one, other) => (one.sk < other.sk ? -1 : 1)));
});

describe('an erased call', () => {
  const erased = async () => {
    const item = ccDelivery(randomUUID());
    await writeTombstone(item.pk, deadline());
    actions.length = 0;
    return item;
  };

  test('is not stored again, by whatever body', async () => {
    const item = await erased();
    const other = { ...item, sk: 'body#other' };

    expect(await handler(batch(serialize(item), serialize(other)), context)).toEqual({
      batchItemFailures: [],
    });
    expect(actions).not.toContain('PutItem');
    expect(await deliveriesOf(item.pk)).toEqual([]);
  });

  test('is removed if it was erased while it was being stored', async () => {
    const item = ccDelivery(randomUUID());
    dynamodb.onAnswer = async ({ action, input }) => {
      if (action === 'PutItem' && input.includes(item.pk)) await writeTombstone(item.pk, deadline());
    };
    await handler(batch(serialize(item)), context);

    expect(actions.filter((action) => action !== 'GetItem')).toEqual(['PutItem', 'PutItem', 'DeleteItem']);
    expect(await deliveriesOf(item.pk)).toEqual([]);
  });

  test('is removed by the next attempt if one ended between its write and its second look', async () => {
    const item = ccDelivery(randomUUID());
    await store(item, deadline());
    await writeTombstone(item.pk, deadline());

    expect(await store(item, deadline())).toBe('erased');
    expect(await deliveriesOf(item.pk)).toEqual([]);
  });

  test('keeps no other away', async () => {
    const [gone, other] = [await erased(), ccDelivery(randomUUID())];
    await handler(batch(serialize(gone), serialize(other)), context);

    expect(await deliveriesOf(other.pk)).toEqual([other]);
  });
});

describe('a rejected body', () => {
  const rejected = (body: string, n: number) => reception('cc', body, n).item;

  test('that was erased stays away, and no other', async () => {
    const [gone, other] = [rejected(`no JSON ${randomUUID()}`, 0), rejected(`no JSON ${randomUUID()}`, 0)];
    await writeTombstone(subjectOf(gone), deadline());
    const outcomes: string[] = [];
    for (const item of [gone, other]) outcomes.push(await store(item, deadline()));

    expect(outcomes).toEqual(['erased', 'stored']);
    expect(await deliveryAt(gone.pk, gone.sk)).toBeUndefined();
  });

  test('that comes again lives on from its last arrival, even if the first is not deleted yet', async () => {
    const body = `no JSON ${randomUUID()}`;
    const [first, last] = [rejected(body, 0), rejected(body, 3600)];
    const outcomes: string[] = [];
    for (const item of [first, last, first]) outcomes.push(await store(item, deadline()));

    expect(outcomes).toEqual(['stored', 'duplicate', 'duplicate']);
    expect(await deliveryAt(first.pk, first.sk)).toEqual(last);
  });
});

test('keeps batches apart that are stored at the same time', async () => {
  const responses = await Promise.all([
    handler(batch('bad'), context),
    handler(batch(serialize(ccDelivery(randomUUID()))), context),
  ]);

  expect(responses.map(({ batchItemFailures }) => batchItemFailures.length)).toEqual([1, 0]);
});

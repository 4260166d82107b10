import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { handler } from '../../functions/projector.ts';
import { foldCall } from '../../shared/calls/fold.ts';
import { itemOf } from '../../shared/calls/item.ts';
import { project } from '../../shared/calls/project.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { removeDeliveries } from '../../shared/deliveries/remove.ts';
import { writeTombstone } from '../../shared/deliveries/tombstone.ts';
import { archived } from '../support/archive.ts';
import { callbackNamed, deliveries, reception } from '../support/calls.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { putDeliveries, useOwnTables } from '../support/own-tables.ts';
import { dynamodb } from '../support/pipeline.ts';
import { samples } from '../support/samples.ts';

const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 } as Context;

let proxy: FaultProxy;
const actions: string[] = [];
beforeAll(async () => {
  await useOwnTables('projector');
  proxy = await startFaultProxy(inject('stack').dynamodbEndpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.endpoint;
});
beforeEach(() => {
  actions.length = 0;
  proxy.onAnswer = () => {};
  proxy.faultOf = ({ action }) => {
    actions.push(action);
    return undefined;
  };
});
afterAll(() => proxy.stop());

let sequence = 0;
const streamOf = (...items: { pk: string; sk: string }[]) =>
  ({
    Records: items.map(({ pk, sk }) => ({
      eventName: 'INSERT',
      dynamodb: { Keys: marshall({ pk, sk }), SequenceNumber: String(++sequence) },
    })),
  }) as unknown as DynamoDBStreamEvent;

const callAt = async (pk: string) => {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: process.env.CALLS_TABLE, Key: marshall({ pk }), ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
};

const folded = (callback: string, items: Delivery[]) => {
  const call = foldCall(callbackNamed(callback), items);
  return call && JSON.parse(JSON.stringify(itemOf(call)));
};

const ccVersions = (id: string, ...versions: object[]) =>
  deliveries(
    'cc',
    versions.map((fields) => ({ callId: id, ...fields })),
  );

test('writes a call whose events come in one batch once', async () => {
  const bodies = samples.filter(({ file }) => file.startsWith('predictive-')).map(({ body }) => body);
  const items = deliveries('predictive', bodies);
  await putDeliveries(items);
  actions.length = 0;

  expect(await handler(streamOf(...items), context)).toEqual({ batchItemFailures: [] });
  expect(actions).toEqual(['BatchGetItem', 'Query', 'GetItem', 'PutItem']);
  expect(await callAt(items[0]?.pk ?? '')).toEqual({ ...folded('predictive', items), rev: 1 });
});

test('touches no table for the events of agents and for rejected bodies', async () => {
  const agent = reception('predictive', { type: 1, state: 2, time: 1558677726, agentid: 'a-1' }).item;
  const rejected = reception('cc', 'no JSON').item;

  expect(await handler(streamOf(agent, rejected), context)).toEqual({ batchItemFailures: [] });
  expect(actions).toEqual([]);
});

test('makes the same item from deliveries in any order, however often', async () => {
  const id = randomUUID();
  const items = ccVersions(id, { caller: '1' }, { callDuration: 7 }, { caller: '2' }, { answerTime: 0 });
  for (const item of items.toReversed()) {
    await putDeliveries([item]);
    await handler(streamOf(item, item), context);
  }

  expect(await callAt(`cc#${id}`)).toEqual({ ...folded('cc', items), rev: 4 });
  await handler(streamOf(...items), context);
  expect(await callAt(`cc#${id}`)).toMatchObject({ rev: 4 });
});

describe('an erased call', () => {
  const erasedOf = async (...versions: object[]) => {
    const id = randomUUID();
    const items = ccVersions(id, ...versions);
    await putDeliveries(items.slice(0, 1));
    await handler(streamOf(...items.slice(0, 1)), context);
    return { pk: `cc#${id}`, items, before: await callAt(`cc#${id}`) };
  };

  test('is not written, whatever came of it meanwhile', async () => {
    const [item] = ccVersions(randomUUID(), {}) as [Delivery];
    await writeTombstone(item.pk, AbortSignal.timeout(5_000));
    await putDeliveries([item]);

    expect(await handler(streamOf(item), context)).toEqual({ batchItemFailures: [] });
    expect(await callAt(item.pk)).toBeUndefined();
  });

  test('stays as it is while it has bodies, so that it is found again, and goes with the last', async () => {
    const { pk, items, before } = await erasedOf({ caller: '1' }, { caller: '2' });
    await putDeliveries(items);
    await writeTombstone(pk, AbortSignal.timeout(5_000));
    await handler(streamOf(...items), context);
    expect(await callAt(pk)).toEqual(before);

    await removeDeliveries(pk, AbortSignal.timeout(5_000));
    await handler(streamOf(...items), context);
    expect(await callAt(pk)).toBeUndefined();
  });

  test('is not written if it was erased after its bodies were read', async () => {
    const [item] = ccVersions(randomUUID(), {}) as [Delivery];
    await putDeliveries([item]);
    proxy.onAnswer = async ({ action }) => {
      if (action === 'Query') await writeTombstone(item.pk, AbortSignal.timeout(5_000));
    };
    await handler(streamOf(item), context);
    proxy.onAnswer = () => {};

    expect(await callAt(item.pk)).toBeUndefined();
  });
});

test('is correct if several run at once', async () => {
  const id = randomUUID();
  const items = ccVersions(id, ...Array.from({ length: 12 }, (_, n) => ({ callDuration: n })));
  await Promise.all(
    items.map(async (item) => {
      await putDeliveries([item]);
      await handler(streamOf(item), context);
    }),
  );

  expect(await callAt(`cc#${id}`)).toMatchObject(folded('cc', items));
});

test('reports the records of calls that it could not write, and writes the others', async () => {
  const [good, bad] = [ccVersions(randomUUID(), {}), ccVersions(randomUUID(), {}, { caller: '1' })];
  await putDeliveries([...good, ...bad]);
  const badKey = bad[0]?.pk ?? '';
  proxy.faultOf = ({ input }) =>
    input.includes(badKey)
      ? { status: 400, body: { __type: 'ValidationException', message: input } }
      : undefined;
  const event = streamOf(...bad, ...good);
  const response = await handler(event, context);

  expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
    event.Records.slice(0, 2).map((record) => record.dynamodb?.SequenceNumber),
  );
  expect(await callAt(good[0]?.pk ?? '')).toMatchObject({ versions: 1 });
});

test('removes a call with its last delivery', async () => {
  const id = randomUUID();
  const items = ccVersions(id, { caller: '1' }, { caller: '2' });
  await putDeliveries(items);
  await handler(streamOf(...items), context);
  const before = await callAt(`cc#${id}`);
  for (const { pk, sk } of items) {
    // Nothing is folded anew when one goes.
    expect(await callAt(pk)).toEqual(before);
    await dynamodb.send(
      new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key: marshall({ pk, sk }) }),
    );
    await handler(streamOf({ pk, sk }), context);
  }

  expect(await callAt(`cc#${id}`)).toBeUndefined();
});

test('reads an item on its own if the batch read did not return it', async () => {
  const items = ccVersions(randomUUID(), {});
  await putDeliveries(items);
  proxy.faultOf = ({ action }) =>
    action === 'BatchGetItem' ? { status: 400, body: { __type: 'ValidationException' } } : undefined;

  expect(await handler(streamOf(...items), context)).toEqual({ batchItemFailures: [] });
  expect(await callAt(items[0]?.pk ?? '')).toMatchObject({ versions: 1 });
});

test('adds a version that arrives after others have expired', async () => {
  const id = randomUUID();
  const [first, second, third] = ccVersions(id, { caller: '1' }, { callDuration: 7 }, { caller: '2' }) as [
    Delivery,
    Delivery,
    Delivery,
  ];
  await putDeliveries([first, second]);
  await handler(streamOf(first, second), context);
  const Key = marshall({ pk: first.pk, sk: first.sk });
  await dynamodb.send(new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key }));
  await putDeliveries([third]);
  await handler(streamOf(first, third), context);

  expect(await callAt(`cc#${id}`)).toMatchObject({ caller: '2', talkSeconds: 7, versions: 2 });
});

test('folds a call of 100 versions of 128 KiB each', async () => {
  const id = randomUUID();
  const padding = 'x'.repeat(128 * 1024 - 100);
  const items = ccVersions(
    id,
    ...Array.from({ length: 100 }, (_, n) => ({ callDuration: n, other: padding })),
  );
  await putDeliveries(items);
  await handler(streamOf(...items.slice(0, 1)), context);

  expect(await callAt(`cc#${id}`)).toMatchObject({ versions: 100, talkSeconds: 99, rev: 1 });
});

const outcomeOf = (callback: string, pk: string) =>
  project(callbackNamed(callback), pk, AbortSignal.timeout(30_000));

test('counts what a newer version changed, not what it added', async () => {
  const id = randomUUID();
  const [first, added, changed] = ccVersions(
    id,
    { caller: '1' },
    { caller: '1', callDuration: 7, issues: 'x' },
    { caller: '2', answerTime: 0 },
  ) as [Delivery, Delivery, Delivery];
  const seen: object[] = [];
  for (const item of [first, added, changed]) {
    await putDeliveries([item]);
    seen.push(await outcomeOf('cc', `cc#${id}`));
  }
  seen.push(await outcomeOf('cc', `cc#${id}`));

  expect(seen).toEqual([
    { outcome: 'new', changed: [] },
    { outcome: 'revised', changed: [] },
    { outcome: 'revised', changed: ['caller'] },
    { outcome: 'unchanged', changed: [] },
  ]);
});

test('counts a change even if both versions came in one batch', async () => {
  const items = ccVersions(randomUUID(), { caller: '1' }, { caller: '2' });
  await putDeliveries(items);

  expect(await outcomeOf('cc', items[0]?.pk ?? '')).toEqual({ outcome: 'new', changed: ['caller'] });
});

test("measures the lag from a call's end to its callback, once", async () => {
  const endTime = Date.parse('2026-11-26T04:03:11.000Z');
  const [start, end, again] = ccVersions(randomUUID(), {}, { endTime }, { endTime, caller: '1' }) as [
    Delivery,
    Delivery,
    Delivery,
  ];
  const lags: unknown[] = [];
  for (const item of [start, end, again]) {
    await putDeliveries([item]);
    lags.push((await outcomeOf('cc', item.pk)).lagSeconds);
  }

  expect(lags).toEqual([undefined, 61, undefined]);
});

test('distinguishes items that are no calls from unreadable ones', async () => {
  const notice = deliveries('pns', [{ requestId: randomUUID(), code: 10001 }]) as [Delivery];
  await putDeliveries(notice);
  expect(await outcomeOf('pns', notice[0].pk)).toEqual({ outcome: 'no-call', changed: [] });

  const unreadable = { ...notice[0], pk: `pns#${randomUUID()}`, body: 'was read once' };
  await putDeliveries([unreadable]);
  expect(await outcomeOf('pns', unreadable.pk)).toEqual({ outcome: 'unreadable', changed: [] });
  expect(await outcomeOf('pns', 'pns#none')).toEqual({ outcome: 'none', changed: [] });
});

describe("the archiver's result", () => {
  const url = 'https://recordings.example/1';
  const put = (item: object) =>
    dynamodb.send(new PutItemCommand({ TableName: process.env.DELIVERIES_TABLE, Item: marshall(item) }));

  test.each(['before', 'after'])('is shown by the call, also if it comes %s the body', async (order) => {
    const id = randomUUID();
    const [body] = ccVersions(id, { recordUrl: url }) as [Delivery];
    const result = archived(`cc#${id}`, 'recording', url);
    for (const item of order === 'before' ? [result, body] : [body, result]) {
      await put(item);
      await handler(streamOf(item), context);
    }

    expect(await callAt(`cc#${id}`)).toMatchObject({
      recording: { state: 'archived', key: result.key },
      versions: 1,
      revisedAt: body.receivedAt,
    });
  });

  test('makes no call by itself, and keeps none without bodies', async () => {
    const id = randomUUID();
    const [body] = ccVersions(id, { recordUrl: url }) as [Delivery];
    const result = archived(`cc#${id}`, 'recording', url);
    await put(result);
    expect(await outcomeOf('cc', `cc#${id}`)).toEqual({ outcome: 'none', changed: [] });
    await put(body);
    expect(await outcomeOf('cc', `cc#${id}`)).toMatchObject({ outcome: 'new' });
    const Key = marshall({ pk: body.pk, sk: body.sk });
    await dynamodb.send(new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key }));

    expect(await outcomeOf('cc', `cc#${id}`)).toMatchObject({ outcome: 'removed' });
    expect(await callAt(`cc#${id}`)).toBeUndefined();
  });

  test('is shown by a call with expired bodies, which otherwise stays the same', async () => {
    const id = randomUUID();
    const [first, second] = ccVersions(id, { caller: '1' }, { recordUrl: url }) as [Delivery, Delivery];
    await putDeliveries([first, second]);
    await outcomeOf('cc', `cc#${id}`);
    const Key = marshall({ pk: first.pk, sk: first.sk });
    await dynamodb.send(new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key }));
    await put(archived(`cc#${id}`, 'recording', url));
    await outcomeOf('cc', `cc#${id}`);

    expect(await callAt(`cc#${id}`)).toMatchObject({
      caller: '1',
      versions: 2,
      recording: { state: 'archived' },
    });
    expect(await outcomeOf('cc', `cc#${id}`)).toEqual({ outcome: 'unchanged', changed: [] });
  });

  test('changes nothing from the provider', async () => {
    const id = randomUUID();
    const [first, second] = ccVersions(id, { recordUrl: url }, { recordUrl: `${url}?again` }) as [
      Delivery,
      Delivery,
    ];
    await putDeliveries([first]);
    await put(archived(`cc#${id}`, 'recording', url));
    expect(await outcomeOf('cc', `cc#${id}`)).toEqual({ outcome: 'new', changed: [] });
    await putDeliveries([second]);
    expect(await outcomeOf('cc', `cc#${id}`)).toEqual({ outcome: 'revised', changed: ['recordingUrl'] });
    await put(archived(`cc#${id}`, 'recording', `${url}?again`));
    expect(await outcomeOf('cc', `cc#${id}`)).toEqual({ outcome: 'revised', changed: [] });
  });
});

import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import type { CallItem } from '../../../shared/calls/item.ts';
import { project } from '../../../shared/calls/project.ts';
import type { Delivery } from '../../../shared/deliveries/delivery.ts';
import { eventOf } from '../../../shared/events/event.ts';
import { archived } from '../../support/archive.ts';
import { callbackNamed, deliveries } from '../../support/calls.ts';
import { putDeliveries, useOwnTables } from '../../support/own-tables.ts';
import { dynamodb } from '../../support/pipeline.ts';

beforeAll(() => useOwnTables('events-rebuild'));

const signal = new AbortController().signal;

const callAt = async (pk: string): Promise<CallItem | undefined> => {
  const Key = marshall({ pk });
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: process.env.CALLS_TABLE, Key, ConsistentRead: true }),
  );
  return Item && (unmarshall(Item) as CallItem);
};

const put = (item: object) =>
  dynamodb.send(new PutItemCommand({ TableName: process.env.CALLS_TABLE, Item: marshall(item) }));

/** Projects a call; the type of the event that its write is told by, if there is one. */
const projected = async (pk: string, isRebuild: boolean) => {
  const before = await callAt(pk);
  const { outcome } = await project(callbackNamed('cc'), pk, signal, { isRebuild });
  const after = await callAt(pk);
  const wasWritten = after?.rev !== before?.rev;
  return { outcome, told: wasWritten ? eventOf(before, after, new Date())?.type : undefined };
};
const rebuild = (pk: string) => projected(pk, true);
const fold = (pk: string) => projected(pk, false);

const HOUR_MS = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** A call whose bodies came so long ago, one second after the other. */
const received = async (callId: string, ageMs: number, ...versions: object[]) => {
  const bodies = deliveries(
    'cc',
    versions.map((fields) => ({ callId, ...fields })),
  ).map((item, n) => ({ ...item, receivedAt: ago(ageMs - 1_000 * n) }));
  await putDeliveries(bodies);
  return `cc#${callId}`;
};

test('a call that a corrected mapping rebuilds sends no event, and its next change does', async () => {
  const pk = await received('mapping', HOUR_MS, { direction: 1 });
  await fold(pk);
  await put({ ...(await callAt(pk)), direction: 'as it was read before' });

  expect(await rebuild(pk)).toEqual({ outcome: 'revised', told: undefined });
  expect(await callAt(pk)).toMatchObject({ direction: 'outbound', silent: true, rev: 2 });
  await received('mapping', 0, { direction: 1, callDuration: 9 });
  expect(await fold(pk)).toEqual({ outcome: 'revised', told: 'call.updated' });
  expect(await callAt(pk)).not.toHaveProperty('silent');
});

test('a call that was deleted from the table, and reported long ago, sends no event again', async () => {
  const pk = await received('gone', HOUR_MS, { direction: 1 });

  expect(await rebuild(pk)).toEqual({ outcome: 'new', told: undefined });
});

test('a body that a rebuild finds before the projector sends an event', async () => {
  const fresh = await received('fresh', 0, { direction: 1 });
  const pk = await received('newer', HOUR_MS, { direction: 1 });
  await fold(pk);
  await received('newer', 0, { direction: 1, callDuration: 9 });

  expect(await rebuild(fresh)).toEqual({ outcome: 'new', told: 'call.started' });
  expect(await rebuild(pk)).toEqual({ outcome: 'revised', told: 'call.updated' });
});

test('a recording that a rebuild finds before the projector sends an event', async () => {
  const pk = await received('recorded', HOUR_MS, { recordUrl: 'https://example.com/a.mp3' });
  await fold(pk);
  await putDeliveries([archived(pk, 'recording', 'https://example.com/a.mp3')]);

  expect(await rebuild(pk)).toEqual({ outcome: 'revised', told: 'call.updated' });
});

test('a rebuild does not write a call that is up to date', async () => {
  const pk = await received('same', HOUR_MS, { direction: 1 });
  await fold(pk);

  expect(await rebuild(pk)).toEqual({ outcome: 'unchanged', told: undefined });
});

const DAY_MS = 24 * HOUR_MS;

/** A call out of the list that began so long before it came here. */
const listed = async (callId: string, ageMs: number) => {
  const startTime = Date.now() - ageMs;
  const [item] = deliveries('cc', [{ callId, startTime, endTime: startTime + 60_000 }]);
  await putDeliveries([{ ...item, receivedAt: ago(0), source: 'list' } as Delivery]);
  return `cc#${callId}`;
};

test('a call that only the list has sends no event if it is older than three days, and a younger one does', async () => {
  const history = await listed('history', 3 * DAY_MS + HOUR_MS);
  const young = await listed('young', 3 * DAY_MS - HOUR_MS);

  expect(await fold(history)).toEqual({ outcome: 'new', told: undefined });
  expect(await fold(young)).toEqual({ outcome: 'new', told: 'call.ended' });
});

test('a callback for such a call sends an event, and so does an old call that arrives by callback', async () => {
  const pk = await listed('late-callback', 30 * DAY_MS);
  await fold(pk);
  await received('late-callback', 0, { agentName: 'fang' });

  expect(await fold(pk)).toEqual({ outcome: 'revised', told: 'call.updated' });
  const old = await received('old', 0, { startTime: Date.now() - 30 * DAY_MS, endTime: Date.now() });
  expect(await fold(old)).toEqual({ outcome: 'new', told: 'call.ended' });
});

test('a call that only the list has does not count as callback lag', async () => {
  const pk = await listed('lag', HOUR_MS);

  expect(await project(callbackNamed('cc'), pk, signal)).not.toHaveProperty('lagSeconds');
});

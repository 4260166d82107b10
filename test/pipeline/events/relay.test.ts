import { hash, randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { handler } from '../../../functions/relay.ts';
import type { CallItem } from '../../../shared/calls/item.ts';
import { writeTombstone } from '../../../shared/deliveries/tombstone.ts';
import type { CallEvent } from '../../../shared/events/call-event.ts';
import { endpointsOf } from '../../../shared/events/endpoints.ts';
import type { WebhookJob } from '../../../shared/events/job.ts';
import { type Bus, startBus } from '../../support/bus.ts';
import { callItem } from '../../support/call-items.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { sqs } from '../../support/pipeline.ts';

const { sqsEndpoint, dynamodbEndpoint, deliveriesTable } = inject('stack');
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 30_000 } as Context;

const WRITTEN_AT = 1_764_144_000;
const URLS = ['https://crm.example/hook', 'https://other.example/hook'];
const [CRM = '', OTHER = ''] = endpointsOf(URLS.join()).map(({ id }) => id);

let proxy: FaultProxy;
let table: FaultProxy;
let bus: Bus;
beforeAll(async () => {
  proxy = await startFaultProxy(sqsEndpoint);
  table = await startFaultProxy(dynamodbEndpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = table.endpoint;
  process.env.DELIVERIES_TABLE = deliveriesTable;
  bus = await startBus();
  process.env.AWS_ENDPOINT_URL_SQS = proxy.endpoint;
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.endpoint;
});
afterAll(() => Promise.all([proxy.stop(), table.stop(), bus.stop()]));

let prefix: string;
let made = 0;
beforeEach(async () => {
  const names = `events-${made++}-`;
  for (const id of [CRM, OTHER]) await sqs.send(new CreateQueueCommand({ QueueName: names + id }));
  prefix = `${sqsEndpoint}/000000000000/${names}`;
  Object.assign(process.env, {
    ...{ ARCHIVE_RECORDINGS: 'off', EVENT_BUS: 'on', EVENT_BUS_NAME: 'nxcloud-callbacks-test' },
    ...{ WEBHOOK_URLS: URLS.join(), WEBHOOK_QUEUES: prefix },
  });
  Object.assign(bus, { refuses: () => false, isAway: false, requests: 0 });
  bus.entries.length = 0;
  proxy.faultOf = () => undefined;
  table.faultOf = () => undefined;
});

type Change = { before?: CallItem; after?: CallItem };

let sequence = 0;
/** What of the changes has to come again, by their place. */
const relay = async (...changes: Change[]): Promise<number[]> => {
  const first = sequence;
  const Records = changes.map(({ before, after }) => ({
    dynamodb: {
      ApproximateCreationDateTime: WRITTEN_AT,
      SequenceNumber: String(sequence++),
      ...(before && { OldImage: marshall(before, { removeUndefinedValues: true }) }),
      ...(after && { NewImage: marshall(after, { removeUndefinedValues: true }) }),
    },
  }));
  const { batchItemFailures } = await handler({ Records } as unknown as DynamoDBStreamEvent, context);
  return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier) - first).sort();
};

/** The events that wait for an endpoint. */
const queued = async (endpoint: string): Promise<CallEvent[]> => {
  const found: CallEvent[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: prefix + endpoint, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return found;
    for (const { Body = '' } of Messages) {
      const job = JSON.parse(Body) as WebhookJob;
      const event = JSON.parse(job.body) as CallEvent;
      expect(job).toMatchObject({ endpoint, id: event.id });
      found.push(event);
    }
  }
};

const onBus = () => bus.entries.map(({ Detail = '' }) => JSON.parse(Detail) as CallEvent);
const keysOf = (events: CallEvent[]) => events.map(({ data }) => data.pk).sort();

const ended = { endedAt: '2026-11-26T08:00:09.000Z' };
const calls = (count: number) => Array.from({ length: count }, (_, n) => ({ after: callItem(n, ended) }));

test('every endpoint and the bus get the same event of a change', async () => {
  expect(await relay({ after: callItem(1, ended) })).toEqual([]);

  const [event] = onBus();
  expect(event).toMatchObject({ type: 'call.ended', timestamp: '2025-11-26T08:00:00.000Z' });
  expect(await queued(CRM)).toEqual([event]);
  expect(await queued(OTHER)).toEqual([event]);
  expect(bus.entries[0]).toMatchObject({
    EventBusName: 'nxcloud-callbacks-test',
    Source: 'nxcloud-callbacks',
    DetailType: 'call.ended',
    Time: WRITTEN_AT,
  });
});

test('a whole batch is published, ten events a request', async () => {
  await relay(...calls(95));

  expect(bus.requests).toBe(10);
  expect(keysOf(onBus()).length).toBe(95);
  expect(keysOf(await queued(CRM))).toEqual(keysOf(onBus()));
});

test("a rebuild's write, a deleted call and an unchanged one send no event", async () => {
  const before = callItem(3);
  const silent = callItem(1, { ...ended, silent: true });

  expect(await relay({ after: silent }, { before }, { before, after: { ...before, rev: 2 } })).toEqual([]);
  expect(onBus()).toEqual([]);
  expect(await queued(CRM)).toEqual([]);
});

test('nobody is told of an erased call, and everybody of the others', async () => {
  const [gone, other] = [callItem(randomUUID(), ended), callItem(randomUUID(), ended)];
  await writeTombstone(gone.pk, AbortSignal.timeout(5_000));

  expect(await relay({ after: gone }, { after: other })).toEqual([]);
  expect(keysOf(onBus())).toEqual([other.pk]);
  expect(keysOf(await queued(CRM))).toEqual([other.pk]);
});

test('only the configured receivers get events', async () => {
  Object.assign(process.env, { EVENT_BUS: 'off', WEBHOOK_URLS: URLS[1] });
  await relay({ after: callItem(1, ended) });

  expect(bus.requests).toBe(0);
  expect(await queued(CRM)).toEqual([]);
  expect((await queued(OTHER)).length).toBe(1);
});

describe('the stream delivers again', () => {
  test('the events that the bus refused, if it accepts only some of a request', async () => {
    let seen = 0;
    bus.refuses = () => seen++ % 2 === 1;

    expect(await relay(...calls(8))).toEqual([1, 3, 5, 7]);
    expect(keysOf(onBus())).toEqual(['pns#0', 'pns#2', 'pns#4', 'pns#6']);
  });

  test('all events, if the bus is down; endpoints still get theirs', async () => {
    bus.isAway = true;

    expect(await relay(...calls(2), { after: callItem(3, { silent: true }) })).toEqual([0, 1]);
    expect((await queued(CRM)).length).toBe(2);
  });

  test('everything, if it cannot be known what was erased; nobody is told', async () => {
    table.faultOf = () => 'error';

    expect(await relay(...calls(2))).toEqual([0, 1]);
    expect(onBus()).toEqual([]);
    expect(await queued(CRM)).toEqual([]);
  });

  test("the events that one endpoint's queue refused; the other one and the bus still get theirs", async () => {
    proxy.faultOf = ({ input }) => {
      const { QueueUrl, Entries } = JSON.parse(input) as {
        QueueUrl: string;
        Entries: { Id: string; MessageBody: string }[];
      };
      if (!QueueUrl.endsWith(CRM)) return undefined;
      const Failed = [{ Id: '2', Code: 'InternalError', SenderFault: false }];
      const Successful = Entries.filter(({ Id }) => Id !== '2').map(({ Id, MessageBody }) => ({
        Id,
        MD5OfMessageBody: hash('md5', MessageBody),
      }));
      return { status: 200, body: { Failed, Successful } };
    };

    expect(await relay(...calls(4))).toEqual([2]);
    expect((await queued(OTHER)).length).toBe(4);
    expect(onBus().length).toBe(4);
  });

  test("all events, if one endpoint's queue is down; the other one still gets its own", async () => {
    proxy.faultOf = ({ input }) => (input.includes(`-${CRM}"`) ? 'error' : undefined);

    expect(await relay(...calls(3))).toEqual([0, 1, 2]);
    expect((await queued(OTHER)).length).toBe(3);
  });
});

import { randomUUID } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Subject } from '../fixtures/lambda.ts';
import type { Service } from '../infrastructure/bundles.ts';
import { predictive } from '../shared/callbacks/predictive.ts';
import { type Delivery, receive } from '../shared/deliveries/delivery.ts';
import { type Load, measureBatches, type Sample } from './batches.ts';
import { type Bench, consumerEnvironment, sampleOf } from './bench.ts';
import { buildDeployed } from './builds.ts';
import { batchOf as messagesOf, newDelivery } from './consumer.ts';
import { conditions, type Goal, type Table } from './report.ts';
import { median } from './statistics.ts';

// As serverless.yml has them, and a table that takes 5 ms.
const CONSUMER: Load = { batch: 10, delayMs: 5 };
const PROJECTOR: Load = { batch: 100, delayMs: 5 };

const EVENTS = ['call-calling', 'call-answered', 'agent-answered', 'call-hungup', 'agent-hungup'];

/** Batches of the stream through the projector, beside what the consumer stores. */
export const benchProjector = async (bench: Bench) => {
  const { service, directory, rounds, stub } = bench;
  const environment = { ...consumerEnvironment(bench), CALLS_TABLE: 'calls' };
  const subject = async (name: string, event: object): Promise<Subject> => ({
    name,
    file: (await buildDeployed(service, name, directory)).file,
    event,
    environment,
  });
  const consumer = await subject('consumer', messagesOf(1));
  const projector = await subject('projector', { Records: [] });

  const stored = new Map<string, object[]>();
  stub.itemsOf = (pk) => stored.get(pk) ?? [];
  const streamOf = (deliveries: Delivery[]) => {
    stored.clear();
    for (const [pk, items] of Map.groupBy(deliveries, (delivery) => delivery.pk)) {
      stored.set(
        pk,
        items.map((item) => marshall(item)),
      );
    }
    return { Records: deliveries.map(recordOf) };
  };
  const cases: [name: string, subject: Subject, load: Load, newBatch: () => object][] = [
    ['consumer, 10 new calls', consumer, CONSUMER, () => messagesOf(CONSUMER.batch)],
    ['projector, 100 new calls', projector, PROJECTOR, () => streamOf(many(100, newDelivery))],
    ['projector, 100 events of 20 calls', projector, PROJECTOR, () => streamOf(many(20, newCall).flat())],
    ['projector, 100 events of agents', projector, PROJECTOR, () => streamOf(many(100, agentEvent))],
  ];
  const samples = new Map<string, Sample[]>();
  const starts = Math.ceil(rounds / 5);
  for (let round = 0; round < starts; round++) {
    for (const [name, one, load, newBatch] of cases) {
      samples.set(name, [...(samples.get(name) ?? []), await measureBatches(one, bench, load, newBatch)]);
    }
  }
  stub.itemsOf = () => [];
  const rows = cases.map(([name, , { batch }]): Row => {
    const of = (key: keyof Sample) => median((samples.get(name) ?? []).map((sample) => sample[key]));
    return { name, perSecond: (batch * 1000) / of('ms'), cpuMs: of('cpuMs'), calls: of('calls') };
  });
  return {
    table: { ...tableOf(rows), note: conditions(starts, bench.runtime) },
    goals: goalsOf(rows, projectorsOf(service)),
  };
};

/** How many batches of a shard are projected at once. */
const projectorsOf = ({ functions }: Service): number => {
  const stream = functions.projector?.events[0]?.stream as { parallelizationFactor?: number } | undefined;
  return stream?.parallelizationFactor ?? 1;
};

const many = <Value>(count: number, make: () => Value): Value[] => Array.from({ length: count }, make);

/** The five events of a predictive call. */
const newCall = (): Delivery[] => {
  const uuid = randomUUID();
  return EVENTS.map((event) => deliveryOf({ ...JSON.parse(sampleOf(`predictive-${event}`).body), uuid }));
};

const agentEvent = (): Delivery =>
  deliveryOf({ ...JSON.parse(sampleOf('predictive').body), agentid: randomUUID() });

const deliveryOf = (body: object): Delivery => {
  const { item } = receive(predictive, Buffer.from(JSON.stringify(body)), new Date().toISOString());
  return item;
};

const recordOf = ({ pk, sk }: Delivery) => ({
  eventName: 'INSERT',
  dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber: randomUUID() },
});

type Row = { name: string; perSecond: number; cpuMs: number; calls: number };

const tableOf = (rows: Row[]): Table => ({
  title: 'Projector',
  head: [
    'batch, 5 ms per call of DynamoDB',
    'deliveries a second',
    'CPU ms per delivery',
    'calls per delivery',
  ],
  rows: rows.map(({ name, perSecond, cpuMs, calls }) => [name, perSecond, cpuMs, calls.toFixed(2)]),
});

// DynamoDB writes 1,000 small items a second to a partition, so no more come out of its shard.
const SHARD_DELIVERIES = 1_000;

const goalsOf = (rows: Row[], projectors: number): Goal[] => {
  const [, calls, events, agents] = rows;
  return [
    {
      what: `seconds that the ${projectors} projectors of a shard need for what a second can write to it`,
      value: SHARD_DELIVERIES / projectors / (calls?.perSecond ?? Number.NaN),
      limit: 1,
    },
    // One call of BatchGetItem reads the items of a batch.
    { what: 'calls of DynamoDB per new call', value: calls?.calls ?? Number.NaN, limit: 2.01 },
    { what: 'calls of DynamoDB per event of five', value: events?.calls ?? Number.NaN, limit: 0.41 },
    { what: 'calls of DynamoDB per event of an agent', value: agents?.calls ?? Number.NaN, limit: 0 },
  ];
};

import { hash, randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import type { Subject } from '../fixtures/lambda.ts';
import type { Delivery } from '../shared/deliveries/delivery.ts';
import { serialize } from '../shared/deliveries/message.ts';
import { type Load, measureBatches, type Sample } from './batches.ts';
import { type Bench, consumerEnvironment, sampleOf } from './bench.ts';
import { buildBaseline, buildDeployed } from './builds.ts';
import { conditions, type Goal, type Table } from './report.ts';
import { median } from './statistics.ts';

const LOADS = [10, 100].flatMap((batch) => [0, 5].map((delayMs) => ({ batch, delayMs })));

/** Batches through the consumer and through one that writes one message after the other. */
export const benchConsumer = async (bench: Bench) => {
  const { service, directory, rounds } = bench;
  const environment = consumerEnvironment(bench);
  const subject = (name: string, file: string): Subject => ({ name, file, event: batchOf(1), environment });
  const naive = await buildBaseline('sequential-consumer', directory);
  const deployed = await buildDeployed(service, 'consumer', directory);
  const subjects = [subject('sequential', naive.file), subject('consumer', deployed.file)];
  const samples = new Map<string, Sample[]>();
  const starts = Math.ceil(rounds / 5);
  for (let round = 0; round < starts; round++) {
    for (const load of LOADS) {
      for (const one of subjects) {
        const key = keyOf(one.name, load);
        samples.set(key, [
          ...(samples.get(key) ?? []),
          await measureBatches(one, bench, load, () => batchOf(load.batch)),
        ]);
      }
    }
  }
  const { table, goals } = summarize(samples);
  return { table: { ...table, note: conditions(starts, bench.runtime) }, goals };
};

const CALL = sampleOf('pns').body;

export const batchOf = (size: number): SQSEvent => ({
  Records: Array.from({ length: size }, () => ({
    messageId: randomUUID(),
    receiptHandle: '',
    body: serialize(newDelivery()),
    attributes: {} as SQSEvent['Records'][0]['attributes'],
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:ap-southeast-1:000000000000:calls',
    awsRegion: 'ap-southeast-1',
  })),
});

/** The delivery of a new call. */
export const newDelivery = (): Delivery => {
  const id = randomUUID();
  return {
    pk: `pns#${id}`,
    sk: `body#${id.slice(0, 16)}`,
    callback: 'pns',
    id,
    receivedAt: new Date().toISOString(),
    bodyHash: hash('sha256', id),
    body: CALL,
    source: 'callback',
  };
};

const keyOf = (name: string, { batch, delayMs }: Load) =>
  `${name}, ${batch} messages, ${delayMs} ms per write`;

const summarize = (samples: Map<string, Sample[]>) => {
  const of = (name: string, load: Load, key: keyof Sample) =>
    median((samples.get(keyOf(name, load)) ?? []).map((sample) => sample[key]));
  const table: Table = {
    title: 'Consumer',
    head: [
      'batch',
      'sequential ms',
      'consumer ms',
      'ratio',
      'sequential CPU ms per message',
      'consumer CPU ms per message',
      'calls per message',
    ],
    rows: LOADS.map((load) => [
      `${load.batch} messages, ${load.delayMs} ms per write`,
      of('sequential', load, 'ms'),
      of('consumer', load, 'ms'),
      of('consumer', load, 'ms') / of('sequential', load, 'ms'),
      of('sequential', load, 'cpuMs'),
      of('consumer', load, 'cpuMs'),
      of('consumer', load, 'calls').toFixed(2),
    ]),
  };
  const calls = Math.max(...LOADS.map((load) => of('consumer', load, 'calls')));
  const goal = (what: string, batch: number, key: keyof Sample, limit: number): Goal => {
    const load = { batch, delayMs: 5 };
    const value = of('consumer', load, key) / of('sequential', load, key);
    return { what: `${what} to one after the other`, value, limit };
  };
  const goals: Goal[] = [
    goal('100 messages at 5 ms', 100, 'ms', 0.08),
    goal('10 messages at 5 ms', 10, 'ms', 0.18),
    { what: 'DynamoDB calls per new message', value: calls, limit: 1 },
    goal('CPU per message, batches of 100,', 100, 'cpuMs', 0.5),
    goal('CPU per message, batches of 10,', 10, 'cpuMs', 0.5),
  ];
  return { table, goals };
};

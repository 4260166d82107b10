import { start } from '../fixtures/lambda.ts';
import { sourceOf } from '../infrastructure/bundles.ts';
import { type Bench, consumerEnvironment, receiverEnvironment, sampleOf } from './bench.ts';
import { buildDeployed } from './builds.ts';
import { batchOf } from './consumer.ts';
import type { Table } from './report.ts';
import { median, quantile } from './statistics.ts';
import { createThrottle } from './throttle.ts';

const SIZES_MB = [256, 512, 1024, 1769];
const WRITE_MS = 5;
const BATCH = 10;
const CALLS = 100;
const BATCHES = 60;

/** A receiver and the consumer with the CPU of several memory sizes, and what a million calls of each are billed. */
export const benchMemory = async (bench: Bench): Promise<Table> => {
  const { service, directory, rounds, stub } = bench;
  const receiver = {
    name: 'receiver',
    file: (await buildDeployed(service, sourceOf(service, 'cc'), directory)).file,
    event: sampleOf('cc'),
    environment: receiverEnvironment(bench),
  };
  const consumer = {
    name: 'consumer',
    file: (await buildDeployed(service, sourceOf(service, 'consumer'), directory)).file,
    event: batchOf(BATCH),
    environment: consumerEnvironment(bench),
  };
  const rows = SIZES_MB.map((mb) => ({
    mb,
    cold: [] as number[],
    first: [] as number[],
    warm: [] as number[],
    batch: [] as number[],
  }));
  const starts = Math.ceil(rounds / 5);
  for (let round = 0; round < starts; round++) {
    for (const row of rows) {
      const throttle = createThrottle(row.mb);
      const runtime = { ...bench.runtime, throttled: 'calls' as const, throttle };
      stub.delayMs = WRITE_MS;
      try {
        const called = await start(receiver, runtime);
        row.cold.push(called.initMs + called.firstMs);
        row.first.push(called.firstMs);
        for (let call = 0; call < CALLS; call++) row.warm.push((await called.invoke(receiver.event)).ms);
        await called.stop();
        const storing = await start(consumer, runtime);
        for (let batch = 0; batch < BATCHES; batch++)
          row.batch.push((await storing.invoke(batchOf(BATCH))).ms);
        await storing.stop();
      } finally {
        stub.delayMs = 0;
        throttle.close();
      }
    }
  }
  return {
    title: 'Memory',
    head: [
      'MB',
      'receiver cold total ms',
      'first call ms',
      'warm p50 ms',
      'warm p99 ms',
      'GB-s per million calls',
      `consumer, ${BATCH} messages ms`,
      'GB-s per million messages',
    ],
    rows: rows.map(({ mb, cold, first, warm, batch }) => [
      String(mb),
      median(cold),
      median(first),
      median(warm),
      quantile(warm, 0.99),
      gigabyteSeconds(mb, mean(warm)),
      median(batch),
      gigabyteSeconds(mb, mean(batch) / BATCH),
    ]),
    note: `${starts} starts of each, interleaved; medians. Calls throttled to the CPU of each size. ${WRITE_MS} ms for each call of SQS and DynamoDB. GB-s are what Lambda bills for the time.`,
  };
};

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const gigabyteSeconds = (mb: number, ms: number): number => (mb / 1024) * ms * 1000;

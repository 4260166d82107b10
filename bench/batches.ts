import { type Subject, start } from '../fixtures/lambda.ts';
import type { Bench } from './bench.ts';
import { median } from './statistics.ts';

export type Load = { batch: number; delayMs: number };
export type Sample = { ms: number; cpuMs: number; calls: number };

// Enough of them that the compiler has seen all.
const WARM_UP_MESSAGES = 300;
const MESSAGES = 1_000;

/** Starts a function and hands it batches: milliseconds a batch, CPU and calls of AWS a message. */
export const measureBatches = async (
  subject: Subject,
  { runtime, stub }: Bench,
  { batch, delayMs }: Load,
  newBatch: () => object,
): Promise<Sample> => {
  stub.delayMs = delayMs;
  const started = await start(subject, runtime);
  try {
    for (let index = 0; index < WARM_UP_MESSAGES; index += batch) await started.invoke(newBatch());
    const calls = stub.calls;
    const cpuMs = started.cpuMs();
    const times: number[] = [];
    for (let index = 0; index < MESSAGES; index += batch) {
      const { ms, body } = await started.invoke(newBatch());
      if ((body as { batchItemFailures: [] }).batchItemFailures.length > 0)
        throw new Error(JSON.stringify(body));
      times.push(ms);
    }
    return {
      ms: median(times),
      cpuMs: (started.cpuMs() - cpuMs) / MESSAGES,
      calls: (stub.calls - calls) / MESSAGES,
    };
  } finally {
    stub.delayMs = 0;
    await started.stop();
  }
};

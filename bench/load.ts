import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { quantile } from './statistics.ts';

export type Load = {
  url: string;
  seconds: number;
  /** Requests a second; without it as many as `concurrency` requests at a time make. */
  rate?: number;
  concurrency?: number;
};

export type Result = { accepted: number; refused: number; perSecond: number; p50Ms: number; p99Ms: number };

/** Posts calls, each with an id of its own, from a thread of its own. */
export const post = (load: Load): Promise<Result> =>
  new Promise((resolve, reject) => {
    new Worker(import.meta.filename, { workerData: load }).once('message', resolve).once('error', reject);
  });

const TICK_MS = 10;

const run = async ({ url, seconds, rate, concurrency = 32 }: Load): Promise<Result> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const times: number[] = [];
  let refused = 0;

  const call = (): Promise<void> => {
    const body = JSON.stringify({
      callId: randomUUID(),
      caller: '85212345678',
      callee: '6512345678',
      callDuration: 7,
    });
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const failed = () => {
        refused++;
        resolve();
      };
      request(url, { method: 'POST', agent, headers: { token: 'local', 'content-type': 'application/json' } })
        .on('error', failed)
        .on('response', (response) => {
          response.resume().on('end', () => {
            if (response.statusCode !== 200) return failed();
            times.push(performance.now() - startedAt);
            resolve();
          });
        })
        .end(body);
    });
  };

  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  if (rate === undefined) {
    const caller = async () => {
      while (performance.now() < endsAt) await call();
    };
    await Promise.all(Array.from({ length: concurrency }, caller));
  } else {
    await atRate(rate, endsAt, call);
  }
  agent.destroy();
  return {
    accepted: times.length,
    refused,
    perSecond: times.length / ((performance.now() - startedAt) / 1000),
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
};

const atRate = async (rate: number, endsAt: number, call: () => Promise<void>): Promise<void> => {
  const startedAt = performance.now();
  const calls: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = Math.min(performance.now(), endsAt);
      const due = Math.floor(((now - startedAt) / 1000) * rate);
      while (calls.length < due) calls.push(call());
      if (now < endsAt) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  await Promise.all(calls);
};

if (workerData?.url) parentPort?.postMessage(await run(workerData));

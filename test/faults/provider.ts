import { hash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sample } from '../support/samples.ts';

/** A callback as its provider means it: what it says, and the item that it has to become. */
export type Told = { callback: string; pk: string; sk: string; id: string; body: string; bodyHash: string };

/** A request and its answer; no status if the connection broke. */
export type Attempt = { delivery: Told; status: number | undefined };

// As documented; Call Center and predictive state no retries, so they get none. PNS would wait a
// minute.
const TRIES: Record<string, number> = { cc: 1, predictive: 1, icc: 10, pns: 60 };
// Instead of every minute.
const RETRY_MS = 500;
const IN_FLIGHT = 6;
const REDELIVERED = 0.1;

const told = (callback: string, id: string, body: string): Told => {
  const bodyHash = hash('sha256', body);
  return { callback, pk: `${callback}#${id}`, sk: `body#${bodyHash.slice(0, 16)}`, id, body, bodyHash };
};

const EVENTS = ['call-calling', 'call-answered', 'agent-answered', 'call-hungup', 'agent-hungup'];

/** A call of each product, by the versions of what its provider tells of it. */
const CALLS: ((n: number) => (version: number) => Told)[] = [
  () => {
    const id = randomUUID();
    const body = sample('cc').body.replace('b1920376-5e15-4f22-9996-6233f297685e', id);
    return (version) => told('cc', id, body.replace('"callDuration":7', `"callDuration":${7 + version}`));
  },
  () => {
    const id = randomUUID();
    const bodyOf = (event: string) =>
      sample(`predictive-${event}`).body.replace('5c6f5869-752d-46fd-8ac0-797f83222279', id);
    return (version) => told('predictive', id, bodyOf(EVENTS[version % EVENTS.length] ?? ''));
  },
  () => {
    const id = randomUUID();
    const body = sample('icc').body.replace('0605589a-c1f7-47a5-b75c-3e639e1b928a', id);
    return (version) => told('icc', id, body.replace('"acw":5', `"acw":${5 + version}`));
  },
  (n) => {
    // Nineteen digits that differ only in the last ones.
    const id = String(9_223_372_036_854_000_000n + BigInt(n));
    const body = sample('pns').body.replace('"id": 45', `"id": ${id}`);
    return (version) => told('pns', id, body.replace('"duration": 6', `"duration": ${6 + version}`));
  },
];

/** Calls of all four products, each told in so many different bodies. */
export const tellOf = (calls: number, versions = 1): Told[] =>
  Array.from({ length: calls }, (_, n) => CALLS[n % CALLS.length]?.(n)).flatMap((call) =>
    Array.from({ length: versions }, (_, version) => call?.(version) as Told),
  );

/** The four products, and what became of their requests so far. */
export type Provider = {
  attempts: Attempt[];
  /**
   * Delivers as the products do: until a 200 or out of tries, and now and then once more after it.
   */
  deliver: (deliveries: Told[]) => Promise<void>;
};

/**
 * They wait for each answer as long as it takes, and only `inFlight` at a time: a machine that is
 * slow is no fault. What a receiver takes too long for is tested elsewhere.
 */
export const createProvider = (port: () => Promise<number>, inFlight = IN_FLIGHT): Provider => {
  const attempts: Attempt[] = [];
  const withSlot = limit(inFlight);
  const attempt = async (delivery: Told): Promise<boolean> => {
    const status = await withSlot(async () => post(await port(), delivery));
    attempts.push({ delivery, status });
    return status === 200;
  };
  const persist = async (delivery: Told, n: number): Promise<void> => {
    for (let tried = 1; !(await attempt(delivery)); tried++) {
      if (tried >= (TRIES[delivery.callback] ?? 1)) return;
      await sleep(RETRY_MS);
    }
    if (n % (1 / REDELIVERED) === 0) await attempt(delivery);
  };
  let begun = 0;
  return {
    attempts,
    deliver: async (deliveries) => {
      await Promise.all(deliveries.map((delivery) => persist(delivery, begun++)));
    },
  };
};

/** Runs at most so many tasks at once, in the order in which they came. */
const limit = (slots: number) => {
  const waiting: (() => void)[] = [];
  return async <Result>(task: () => Promise<Result>): Promise<Result> => {
    if (slots > 0) slots--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else slots++;
    }
  };
};

const post = async (port: number, { callback, body }: Told): Promise<number | undefined> => {
  const url = `http://127.0.0.1:${port}/${callback}/callback?token=local`;
  try {
    const response = await fetch(url, { method: 'POST', body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
};

import { hash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sample } from '../support/samples.ts';

/** A callback as its provider means it: what it says, and the item that it has to become. */
export type Delivery = { callback: string; pk: string; sk: string; body: string; bodyHash: string };

/** A request and its answer; no status if the connection broke. */
export type Attempt = { delivery: Delivery; status: number | undefined };

// As documented; Call Center and predictive state no retries, so they get none. PNS would wait a minute.
const TRIES: Record<string, number> = { cc: 1, predictive: 1, icc: 10, pns: 60 };
// Instead of every minute.
const RETRY_MS = 500;
const IN_FLIGHT = 12;
const REDELIVERED = 0.1;

const deliveryOf = (callback: string, id: string, sk: string, body: string): Delivery => ({
  callback,
  pk: `${callback}#${id}`,
  sk,
  body,
  bodyHash: hash('sha256', body),
});

const MAKERS: ((n: number) => Delivery)[] = [
  () => {
    const id = randomUUID();
    return deliveryOf(
      'cc',
      id,
      'call',
      sample('cc').body.replace('b1920376-5e15-4f22-9996-6233f297685e', id),
    );
  },
  () => {
    const id = randomUUID();
    const body = sample('predictive-call-answered').body.replace('5c6f5869-752d-46fd-8ac0-797f83222279', id);
    return deliveryOf('predictive', id, 'event#1558677793055398#2#3', body);
  },
  () => {
    const id = randomUUID();
    return deliveryOf(
      'icc',
      id,
      'call',
      sample('icc').body.replace('0605589a-c1f7-47a5-b75c-3e639e1b928a', id),
    );
  },
  (n) => {
    // Nineteen digits that differ only in the last ones.
    const id = String(9_223_372_036_854_000_000n + BigInt(n));
    return deliveryOf('pns', id, 'call', sample('pns').body.replace('"id": 45', `"id": ${id}`));
  },
];

/** Calls of all four products, each another one. */
export const differentCalls = (count: number): Delivery[] =>
  Array.from({ length: count }, (_, n) => MAKERS[n % MAKERS.length]?.(n) as Delivery);

/** Calls that are told in several versions each. */
export const contradictingCalls = (count: number, versions: number): Delivery[] =>
  differentCalls(count / versions).flatMap((delivery) =>
    Array.from({ length: versions }, () => {
      const body = delivery.body.replace(/}\s*$/, `,"version":"${randomBytes(8).toString('hex')}"}`);
      return { ...delivery, body, bodyHash: hash('sha256', body) };
    }),
  );

/** The four products, and what became of their requests so far. */
export type Provider = {
  attempts: Attempt[];
  /** Delivers as the products do: until a 200 or out of tries, and now and then once more after it. */
  deliver: (deliveries: Delivery[]) => Promise<void>;
};

/**
 * They wait for each answer as long as it takes, and only so many at a time: a machine that is slow is no fault. What a receiver takes too
 * long for is tested elsewhere.
 */
export const createProvider = (port: () => Promise<number>): Provider => {
  const attempts: Attempt[] = [];
  const withSlot = limit(IN_FLIGHT);
  const attempt = async (delivery: Delivery): Promise<boolean> => {
    const status = await withSlot(async () => post(await port(), delivery));
    attempts.push({ delivery, status });
    return status === 200;
  };
  const persist = async (delivery: Delivery, n: number): Promise<void> => {
    for (let tried = 1; !(await attempt(delivery)); tried++) {
      if (tried >= (TRIES[delivery.callback] ?? 1)) return;
      await sleep(RETRY_MS);
    }
    if (n % (1 / REDELIVERED) === 0) await attempt(delivery);
  };
  return {
    attempts,
    deliver: async (deliveries) => {
      await Promise.all(deliveries.map(persist));
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

const post = async (port: number, { callback, body }: Delivery): Promise<number | undefined> => {
  const url = `http://127.0.0.1:${port}/${callback}/callback?token=local`;
  try {
    const response = await fetch(url, { method: 'POST', body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
};

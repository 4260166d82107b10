import { hash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sample } from '../support/pipeline.ts';

/** A callback as its provider means it: what it says, and the item that it has to become. */
export type Delivery = { callback: string; pk: string; sk: string; body: string; bodyHash: string };

/** A request and its answer; no status where none came in time. */
export type Attempt = { delivery: Delivery; status: number | undefined; ms: number };

// As documented; Call Center and predictive state no retries, so they get none. PNS would wait a minute.
const TRIES: Record<string, number> = { cc: 1, predictive: 1, icc: 10, pns: 60 };
export const TIMEOUT_MS = 5_000;
export const RETRY_MS = 500;
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

/** Delivers as the four products do: until a 200 or out of tries, and now and then once more after it. */
export const deliver = async (deliveries: Delivery[], port: number, everyMs = 15): Promise<Attempt[]> => {
  const attempts: Attempt[] = [];
  const attempt = async (delivery: Delivery): Promise<boolean> => {
    const startedAt = Date.now();
    const status = await post(port, delivery);
    attempts.push({ delivery, status, ms: Date.now() - startedAt });
    return status === 200;
  };
  const persist = async (delivery: Delivery, n: number): Promise<void> => {
    await sleep(n * everyMs);
    for (let tried = 1; !(await attempt(delivery)); tried++) {
      if (tried >= (TRIES[delivery.callback] ?? 1)) return;
      await sleep(RETRY_MS);
    }
    if (n % (1 / REDELIVERED) === 0) await attempt(delivery);
  };
  await Promise.all(deliveries.map(persist));
  return attempts;
};

const post = async (port: number, { callback, body }: Delivery): Promise<number | undefined> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${callback}/callback?token=local`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
};

import { hash } from 'node:crypto';
import { expect } from 'vitest';
import type { Call, Fault, FaultProxy } from '../support/fault-proxy.ts';
import { type Balance, balance } from './ledger.ts';
import { type Attempt, createProvider, type Provider, type Told, tellOf } from './provider.ts';
import { createWorld, type Options, type World } from './world.ts';

/** How many calls the providers have to tell of in a story. */
export const CALLS = 100;

export type Story = { world: World; provider: Provider; run: (told?: Told[]) => Promise<void> };
export type Ending = Story & { ending: Balance };

/**
 * Runs callbacks through a world while something happens to it. In the end every acknowledged
 * delivery is in its table, once and as it was sent, or a dead letter, and the calls are what the
 * deliveries say.
 */
export const play = async (
  title: string,
  options: Options,
  story: (story: Story) => Promise<unknown>,
): Promise<Ending> => {
  const world = await createWorld(options);
  try {
    const provider = createProvider(world.receiver.up);
    const run = (told = tellOf(CALLS)) => provider.deliver(told);
    await story({ world, provider, run });
    const ending = await balance(provider.attempts, world);
    tell(title, ending);
    expect(ending).toMatchObject({ lost: 0, false: 0, wrong: 0 });
    return { world, provider, run, ending };
  } finally {
    await world.stop();
  }
};

const tell = (title: string, ending: Balance): void => {
  const told = Object.entries(ending).map(([name, count]) => `${count} ${name}`);
  process.stdout.write(`   ${title}: ${told.join(', ')}\n`);
};

export const unacknowledged = ({ attempts }: Provider): Attempt[] =>
  attempts.filter(({ status }) => status !== 200);

/** What the providers were told is kept: the bodies. */
export const acknowledged = ({ attempts }: Provider): Set<string> =>
  new Set(attempts.filter(({ status }) => status === 200).map(({ delivery }) => delivery.body));

/** Whoever tries often enough gets through in the end. */
export const expectPersistentAcknowledged = (provider: Provider): void => {
  const reached = acknowledged(provider);
  const persistent = provider.attempts
    .map(({ delivery }) => delivery)
    .filter(({ callback }) => PERSISTENT.has(callback));
  expect(persistent.filter(({ body }) => !reached.has(body)).map(({ pk }) => pk)).toEqual([]);
};

const PERSISTENT = new Set(['icc', 'pns']);

/** A fault strikes the calls of an action for which `strikes` says so. Tells how many it struck. */
export const inject = (
  proxy: FaultProxy,
  action: string,
  fault: Fault,
  strikes: (call: Call, nth: number) => boolean,
): { count: number } => {
  const struck = { count: 0 };
  let calls = 0;
  proxy.faultOf = (call) => {
    if (call.action !== action || !strikes(call, calls++)) return undefined;
    struck.count++;
    return fault;
  };
  return struck;
};

const QUARTER = 64;

/** For a quarter of the keys, the first puts of each. */
export const firstPuts = (count: number) => {
  const puts = new Map<string, number>();
  return ({ input }: Call): boolean => {
    const pk = JSON.parse(input).Item.pk.S;
    if (Number.parseInt(hash('sha256', pk).slice(0, 2), 16) >= QUARTER) return false;
    puts.set(pk, (puts.get(pk) ?? 0) + 1);
    return (puts.get(pk) ?? 0) <= count;
  };
};

import { deserialize } from '../../shared/deliveries/message.ts';
import type { Attempt, Delivery } from './provider.ts';
import type { Item, World } from './world.ts';

/** What became of the requests of a story. */
export type Balance = {
  sent: number;
  acknowledged: number;
  stored: number;
  duplicates: number;
  'dead letters': number;
  lost: number;
  doubled: number;
};

/** Where every request went, once the queue is empty. Throws if an item is not what was sent. */
export const balance = async (attempts: Attempt[], world: World): Promise<Balance> => {
  await world.atRest();
  const items = await world.items();
  const deadLetters = await world.deadLetters();
  const sent = Map.groupBy(attempts, ({ delivery }) => keyOf(delivery));
  for (const item of items) check(item, sent.get(keyOf(item))?.[0]?.delivery);

  const stored = Map.groupBy(items, keyOf);
  const first = Map.groupBy(
    items.filter(({ sk }) => !sk.includes('#changed#')),
    ({ pk }) => pk,
  );
  const parked = new Set(deadLetters.map(keyOfMessage));
  const acknowledged = attempts.filter(({ status }) => status === 200);
  const kept = new Set(acknowledged.map(({ delivery }) => keyOf(delivery)));
  return {
    sent: attempts.length,
    acknowledged: acknowledged.length,
    stored: items.length,
    duplicates: world.consumers.reduce((sum, { logged }) => sum + logged('duplicate'), 0),
    'dead letters': deadLetters.length,
    lost: [...kept].filter((key) => !stored.has(key) && !parked.has(key)).length,
    doubled: extra(stored) + extra(first),
  };
};

const keyOf = ({ pk, bodyHash }: { pk: string; bodyHash: string }): string => `${pk} ${bodyHash}`;

const keyOfMessage = (text: string): string => {
  try {
    return keyOf(deserialize(text));
  } catch {
    return 'poison';
  }
};

const extra = (groups: Map<string, unknown[]>): number =>
  [...groups.values()].reduce((sum, group) => sum + group.length - 1, 0);

// The oracle computes identity and hash from what it sent, not from what the functions made of it.
const check = (item: Item, delivery: Delivery | undefined): void => {
  if (delivery === undefined) throw new Error(`${item.pk} ${item.sk} holds what nobody sent`);
  const { sk, body, bodyHash } = delivery;
  const places = [sk, `${sk}#changed#${bodyHash.slice(0, 16)}`];
  if (!places.includes(item.sk) || item.body !== body || item.bodyHash !== bodyHash) {
    throw new Error(`${item.pk} ${item.sk} is not what was sent`);
  }
};

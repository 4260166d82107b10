import { isDeepStrictEqual } from 'node:util';
import { foldCall } from '../../shared/calls/fold.ts';
import { itemOf } from '../../shared/calls/item.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { deserialize } from '../../shared/deliveries/message.ts';
import { callbackNamed } from '../support/calls.ts';
import type { Attempt, Told } from './provider.ts';
import type { Item, World } from './world.ts';

/** What became of the requests of a story. */
export type Balance = {
  sent: number;
  acknowledged: number;
  /** Deliveries in their table, and how many of them nobody sent so. */
  stored: number;
  false: number;
  duplicates: number;
  'dead letters': number;
  lost: number;
  /** Calls in their table, and how many are not, or not exactly, what the deliveries say. */
  calls: number;
  wrong: number;
};

/** Where every request went, once the world is at rest. */
export const balance = async (attempts: Attempt[], world: World): Promise<Balance> => {
  await world.atRest();
  const [deliveries, calls, deadLetters] = await Promise.all([
    world.deliveries(),
    world.calls(),
    world.deadLetters(),
  ]);
  const sent = new Map(attempts.map(({ delivery }) => [keyOf(delivery), delivery]));
  const kept = new Set([...deliveries, ...deadLetters.map(itemOfMessage)].map(keyOf));
  const acknowledged = attempts.filter(({ status }) => status === 200).map(({ delivery }) => delivery);
  return {
    sent: attempts.length,
    acknowledged: acknowledged.length,
    stored: deliveries.length,
    false: deliveries.filter((item) => !isWhatWasSent(item, sent.get(keyOf(item)))).length,
    duplicates: world.consumers.reduce((sum, { logged }) => sum + logged('duplicate'), 0),
    'dead letters': deadLetters.length,
    lost: new Set(acknowledged.map(keyOf)).difference(kept).size,
    calls: calls.length,
    wrong: countWrong(calls, deliveries as Delivery[]),
  };
};

const keyOf = ({ pk, sk }: { pk?: unknown; sk?: unknown }): string => `${pk} ${sk}`;

const itemOfMessage = (text: string): object => {
  try {
    return deserialize(text);
  } catch {
    return {};
  }
};

// Identity and hash are computed from what was sent, not from what the functions made of it.
const isWhatWasSent = ({ receivedAt, ...item }: Item, told: Told | undefined): boolean =>
  typeof receivedAt === 'string' && isDeepStrictEqual(item, { ...told, source: 'callback' });

const countWrong = (calls: Item[], deliveries: Delivery[]): number => {
  const expected = [...Map.groupBy(deliveries, ({ pk }) => pk).values()].flatMap((versions) => {
    const call = foldCall(callbackNamed(versions[0]?.callback ?? ''), versions);
    return call === undefined ? [] : [JSON.parse(JSON.stringify(itemOf(call)))];
  });
  const actual = new Map(calls.map(({ rev, ...item }) => [item.pk, item]));
  const right = expected.filter((item) => isDeepStrictEqual(actual.get(item.pk), item));
  return Math.max(expected.length, calls.length) - right.length;
};

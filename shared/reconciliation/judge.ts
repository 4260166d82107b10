import { cc } from '../callbacks/cc.ts';
import { foldCall } from '../calls/fold.ts';
import { itemOf } from '../calls/item.ts';
import { readCalls } from '../calls/read-calls.ts';
import { type Delivery, receive } from '../deliveries/delivery.ts';
import { deliveriesOf } from '../deliveries/read-deliveries.ts';
import { erasedOf, isErased } from '../deliveries/tombstone.ts';
import type { ListedCall } from '../nxcloud/call-list.ts';
import { type Comparison, compare, hasAll } from './compare.ts';

/** A listed call, as a delivery. */
export type Listed = {
  delivery: Delivery;
  /** When it began, ISO 8601 UTC. */
  at: string;
  endedAt: string | undefined;
};

/** A listed call beside what is here of it. */
export type Judged = Listed & { found: { outcome: 'missing' | 'erased'; adds: boolean } | Comparison };

// A callback with such a body is refused as well.
const MAX_BODY_BYTES = 128 * 1024;

/** A row of the list as a delivery that arrives now; undefined if it is too large for one. */
export const listedCall = ({ body }: ListedCall): Listed | undefined => {
  const bytes = Buffer.from(body);
  if (bytes.length > MAX_BODY_BYTES) return undefined;
  const reception = receive(cc, bytes, new Date().toISOString(), 'list');
  if (!reception.accepted) return undefined;
  const delivery = reception.item;
  const call = foldCall(cc, [delivery]);
  const [at = ''] = call ? itemOf(call).at.split('#') : [];
  return { delivery, at, endedAt: call?.endedAt };
};

// Requests to DynamoDB that are under way at once.
const AT_ONCE = 25;

/**
 * Compares listed calls with those that are here. One that was missing before, and is being filled,
 * is still missing; one whose deliveries have arrived and wait for the projector is not.
 */
export const judge = async (
  rows: readonly Listed[],
  filling: ReadonlySet<string>,
  abortSignal: AbortSignal,
): Promise<Judged[]> => {
  const pks = rows.map(({ delivery }) => delivery.pk);
  const items = await readCalls(pks, abortSignal);
  const unknown = pks.filter((pk) => filling.has(pk) || items.get(pk) === undefined);
  const erased = await erasedOf(unknown, abortSignal);
  const judgeOne = async (row: Listed): Promise<Judged> => {
    const { pk, body } = row.delivery;
    const gone = { ...row, found: { outcome: 'erased', adds: false } } as const;
    if (erased.has(pk)) return gone;
    const missing = { ...row, found: { outcome: 'missing', adds: true } } as const;
    if (filling.has(pk)) return missing;
    const item = items.get(pk);
    if (item && hasAll(body, item)) return { ...row, found: { outcome: 'same', adds: false } };
    const { bodies } = await deliveriesOf(pk, abortSignal);
    if (bodies.length > 0) return { ...row, found: compare(body, bodies) };
    // An erasure deletes the bodies before the projector removes the call.
    return (await isErased(pk, abortSignal)) ? gone : missing;
  };
  const judged: Judged[] = [];
  const left = rows.entries();
  const work = async () => {
    for (const [n, row] of left) judged[n] = await judgeOne(row);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return judged;
};

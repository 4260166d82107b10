import { isDeepStrictEqual } from 'node:util';
import type { Callback, CallEvent } from '../callbacks/callback.ts';
import { callOfKey } from '../callbacks/list.ts';
import type { Delivery, Source } from '../deliveries/delivery.ts';
import { type Deliveries, liveDeliveriesOf } from '../deliveries/read-deliveries.ts';
import type { CallRecord } from './call.ts';
import { byArrival, type Call, foldCall, isListed } from './fold.ts';
import type { CallItem } from './item.ts';
import { hasLostBodies } from './lost-bodies.ts';
import { readCall } from './read-calls.ts';
import { type CallView, listed, viewOf } from './view.ts';

/** A body of a call, and the fields that it added or changed. */
export type Version = { receivedAt: string; sk: string; source: Source; bodyHash: string; changed: string[] };

/** A call with all that is known about it. */
export type OpenCall = { call: CallView; versions: Version[]; events: CallEvent[] };

/** The bodies of a call, oldest first, and its record after each of them. */
export type History = { deliveries: Delivery[]; records: Partial<CallRecord>[] };

/** A call as its deliveries tell it now, which its item may not yet; undefined if there is none, or it has expired. */
export const callAt = async (pk: string, abortSignal: AbortSignal): Promise<Call | undefined> => {
  const callback = callOfKey(pk)?.callback;
  return callback && (await read(callback, pk, abortSignal)).call;
};

/** Opens a call: reads it from its deliveries, so that nothing is left out; undefined if there is none, or it has expired. */
export const openCall = async (pk: string, abortSignal: AbortSignal): Promise<OpenCall | undefined> =>
  (await openHistory(pk, abortSignal))?.opened;

/** Opens a call together with its history. */
export const openHistory = async (
  pk: string,
  abortSignal: AbortSignal,
): Promise<{ opened: OpenCall; history: History } | undefined> => {
  const callback = callOfKey(pk)?.callback;
  if (callback === undefined) return undefined;
  const { call, item, bodies } = await read(callback, pk, abortSignal);
  if (call === undefined) return undefined;
  const inOrder = bodies.toSorted(byArrival);
  const folds = callback.history(
    inOrder.map((delivery) => ({ body: delivery.body, isAddition: isListed(delivery) })),
  );
  const records = folds.map((fold): Partial<CallRecord> => fold?.record ?? {});
  const opened = {
    call: viewOf(call, item),
    versions: inOrder.map(({ receivedAt, sk, source, bodyHash }, n) => ({
      receivedAt,
      sk,
      source,
      bodyHash,
      changed: differing(records[n - 1] ?? {}, records[n] ?? {}),
    })),
    events: callback.events(inOrder.map(({ body }) => body)),
  };
  return { opened, history: { deliveries: inOrder, records } };
};

const read = async (callback: Callback, pk: string, abortSignal: AbortSignal) => {
  const [item, deliveries] = await Promise.all([
    readCall(pk, abortSignal),
    liveDeliveriesOf(pk, abortSignal),
  ]);
  return { call: toldBy(callback, item, deliveries), item, bodies: deliveries.bodies };
};

/** What the bodies of a call tell; of one of which some have expired also what its item has of these. */
const toldBy = (
  callback: Callback,
  item: CallItem | undefined,
  { bodies, results }: Deliveries,
): Call | undefined => {
  const call = foldCall(callback, bodies, results);
  if (bodies.length === 0 || !hasLostBodies(item, bodies)) return call;
  return { ...call, ...listed(item) };
};

const differing = (before: Partial<CallRecord>, after: Partial<CallRecord>): string[] =>
  (Object.keys({ ...before, ...after }) as (keyof CallRecord)[]).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );

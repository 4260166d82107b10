import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Callback } from '../callbacks/callback.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import { expireResults } from '../deliveries/expire-results.ts';
import { lastExpiry } from '../deliveries/expiry.ts';
import { type Deliveries, deliveriesOf } from '../deliveries/read-deliveries.ts';
import { isErased } from '../deliveries/tombstone.ts';
import { type Call, foldCall, isListed } from './fold.ts';
import { type CallItem, itemOf } from './item.ts';
import { hasLostBodies } from './lost-bodies.ts';
import { type Projection, projectionOf } from './projection.ts';
import { readCall } from './read-calls.ts';
import { archiveOf } from './recordings.ts';
import { differs, expireCall, removeCall, writeCall } from './store.ts';

export type ProjectOptions = {
  /** Items that were read a moment ago. */
  items?: ReadonlyMap<string, CallItem | undefined>;
  /** Writes what the projector has written before without an event. */
  isRebuild?: boolean;
};

/**
 * Makes the item of a call match its deliveries. It depends on the state, not on an event, so it
 * can run at any time, repeatedly and concurrently. Starts again if another run was faster; rejects
 * if `abortSignal` aborts.
 */
export const project = async (
  callback: Callback,
  pk: string,
  abortSignal: AbortSignal,
  { items = new Map(), isRebuild = false }: ProjectOptions = {},
): Promise<Projection> => {
  for (let isFirst = true; ; isFirst = false) {
    // Before the deliveries: if `rev` is older than what was folded, the write is refused and
    // nothing is lost.
    const current = isFirst && items.has(pk) ? items.get(pk) : await readCall(pk, abortSignal);
    const deliveries = await deliveriesOf(pk, abortSignal);
    const call = foldCall(callback, deliveries.bodies, deliveries.results);
    const known = { callback, pk, current, deliveries };
    const projection = call
      ? await keep(call, known, isRebuild, abortSignal)
      : await remove(known, abortSignal);
    if (projection !== undefined) return projection;
    await sleep(Math.random() * RETRY_MS, undefined, { signal: abortSignal });
  }
};

type Known = { callback: Callback; pk: string; current: CallItem | undefined; deliveries: Deliveries };

/** Removes the item, as nothing tells of the call; undefined if another one was faster. */
const remove = async (
  { callback, pk, current, deliveries }: Known,
  abortSignal: AbortSignal,
): Promise<Projection | undefined> => {
  const outcome = withoutCall(callback, deliveries.bodies, current);
  if (current === undefined) return { outcome, changed: [] };
  if (await isBeingErased(pk, deliveries, abortSignal)) return ERASED;
  return (await removeCall(current, abortSignal)) ? { outcome, changed: [] } : undefined;
};

/** Makes the item what the call is, and lets it expire with its bodies; undefined if another one was faster. */
const keep = async (
  call: Call,
  { callback, pk, current, deliveries }: Known,
  isRebuild: boolean,
  abortSignal: AbortSignal,
): Promise<Projection | undefined> => {
  const { bodies, results } = deliveries;
  const expiresAt = lastExpiry(bodies);
  await expireResults(results, expiresAt, abortSignal);
  const next = hasLostBodies(current, bodies) ? { ...current, ...archiveOf(current, results) } : itemOf(call);
  if (current !== undefined && !differs(current, next)) {
    const isDone = await expireCall(current, expiresAt, abortSignal);
    return isDone ? { outcome: 'unchanged', changed: [] } : undefined;
  }
  if (await isBeingErased(pk, deliveries, abortSignal)) return ERASED;
  const silent = isHistory(next, bodies) || (isRebuild && wasTold(current, call));
  const isWritten = await writeCall(
    current,
    { ...next, silent: silent || undefined, expiresAt },
    abortSignal,
  );
  return isWritten ? projectionOf(callback, current, call, deliveries) : undefined;
};

const RETRY_MS = 50;

const ERASED: Projection = { outcome: 'erased', changed: [] };

/**
 * Whether a call was erased and still has bodies: one that came meanwhile is told to nobody, and while there is any the call is found by
 * whoever erases it again. Asked after the bodies were read, which is after such a one came.
 */
const isBeingErased = async (
  pk: string,
  { bodies }: Deliveries,
  abortSignal: AbortSignal,
): Promise<boolean> => bodies.length > 0 && (await isErased(pk, abortSignal));

// The threshold of the alarm for the projector's lag.
const SETTLED_MS = 5 * 60_000;

/** Whether an event has reported these bodies already, so that only a mapping has changed. */
const wasTold = (current: CallItem | undefined, call: Call): boolean =>
  current === undefined
    ? Date.parse(call.revisedAt) < Date.now() - SETTLED_MS
    : call.revisedAt <= current.revisedAt &&
      isDeepStrictEqual(filesOf(JSON.parse(JSON.stringify(call))), filesOf(current));

const HISTORY_MS = 3 * 86_400_000;

/**
 * Whether a call was long over when it arrived, and no callback ever reported it: a filled gap is
 * no news.
 */
const isHistory = ({ at, receivedAt }: Pick<CallItem, 'at' | 'receivedAt'>, bodies: Delivery[]): boolean => {
  const [beganAt = ''] = at.split('#');
  return bodies.every(isListed) && Date.parse(beganAt) < Date.parse(receivedAt) - HISTORY_MS;
};

const filesOf = ({ recording, voicemail, legs = [] }: Pick<Call, 'recording' | 'voicemail' | 'legs'>) => [
  recording,
  voicemail,
  ...legs.map((leg) => leg.recording),
];

const withoutCall = (
  callback: Callback,
  bodies: Delivery[],
  current: CallItem | undefined,
): Projection['outcome'] => {
  if (bodies.length === 0) return current === undefined ? 'none' : 'removed';
  return bodies.some(({ body }) => callback.read(body).id !== undefined) ? 'no-call' : 'unreadable';
};

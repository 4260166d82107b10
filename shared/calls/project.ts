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
import { readCall } from './read-calls.ts';
import { archiveOf } from './recordings.ts';
import { differs, expireCall, removeCall, writeCall } from './store.ts';

/**
 * What became of a call's item. `removed`: it has no bodies any more. `none`: there was neither. `no-call`: they tell of no call, like
 * a notice. `unreadable`: today's schemas read none of them. `erased`: it was erased, and goes with its last body. `changed` names the fields of which a newer version has another value.
 */
export type Projection = {
  outcome: 'new' | 'revised' | 'unchanged' | 'removed' | 'none' | 'no-call' | 'unreadable' | 'erased';
  changed: string[];
  /** Seconds from the call's end to the callback that told it. */
  lagSeconds?: number;
};

export type ProjectOptions = {
  /** Items as they were read a moment ago. */
  items?: ReadonlyMap<string, CallItem | undefined>;
  /** What the projector has written before is written without an event. */
  isRebuild?: boolean;
};

/**
 * Makes the item of a call what its deliveries say. A function of state, not of an event: it can run at any time, any number of
 * times, at once with itself. Starts again if another one was faster; rejects when `abortSignal` aborts.
 */
export const project = async (
  callback: Callback,
  pk: string,
  abortSignal: AbortSignal,
  { items = new Map(), isRebuild = false }: ProjectOptions = {},
): Promise<Projection> => {
  for (let isFirst = true; ; isFirst = false) {
    // Before the deliveries: with a `rev` that is older than what was folded, the write is refused and nothing is lost.
    const current = isFirst && items.has(pk) ? items.get(pk) : await readCall(pk, abortSignal);
    const deliveries = await deliveriesOf(pk, abortSignal);
    const expiresAt = lastExpiry(deliveries.bodies);
    const call = foldCall(callback, deliveries.bodies, deliveries.results);
    if (call === undefined) {
      const outcome = withoutCall(callback, deliveries.bodies, current);
      if (current === undefined) return { outcome, changed: [] };
      if (await isBeingErased(pk, deliveries, abortSignal)) return ERASED;
      if (await removeCall(current, abortSignal)) return { outcome, changed: [] };
    } else {
      await expireResults(deliveries.results, expiresAt, abortSignal);
      const next = hasLostBodies(current, deliveries.bodies)
        ? { ...current, ...archiveOf(current, deliveries.results) }
        : itemOf(call);
      if (current !== undefined && !differs(current, next)) {
        if (await expireCall(current, expiresAt, abortSignal)) return { outcome: 'unchanged', changed: [] };
      } else {
        if (await isBeingErased(pk, deliveries, abortSignal)) return ERASED;
        const silent = isHistory(next, deliveries.bodies) || (isRebuild && wasTold(current, call));
        if (await writeCall(current, { ...next, silent: silent || undefined, expiresAt }, abortSignal))
          return projectionOf(callback, current, call, deliveries);
      }
    }
    await sleep(Math.random() * RETRY_MS, undefined, { signal: abortSignal });
  }
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

// The alarm of the projector's lag.
const SETTLED_MS = 5 * 60_000;

/** Whether an event has told what was received of a call: only a mapping has changed since. */
const wasTold = (current: CallItem | undefined, call: Call): boolean =>
  current === undefined
    ? Date.parse(call.revisedAt) < Date.now() - SETTLED_MS
    : call.revisedAt <= current.revisedAt &&
      isDeepStrictEqual(filesOf(JSON.parse(JSON.stringify(call))), filesOf(current));

const HISTORY_MS = 3 * 86_400_000;

/** Whether a call was long over when it came here, and no callback ever told of it: what is filled in of old times is no news. */
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

const projectionOf = (
  callback: Callback,
  current: CallItem | undefined,
  call: Call,
  deliveries: Deliveries,
): Projection => {
  const { endedAt, revisedAt } = call;
  const isEnd = endedAt !== undefined && current?.endedAt === undefined && !deliveries.bodies.every(isListed);
  return {
    outcome: current === undefined ? 'new' : 'revised',
    changed: callback.bodies === 'versions' ? changedFields(callback, current, call, deliveries) : [],
    ...(isEnd && { lagSeconds: Math.max(0, Date.parse(revisedAt) - Date.parse(endedAt)) / 1000 }),
  };
};

const NO_FACTS = ['receivedAt', 'revisedAt', 'versions', 'issues', 'recording', 'voicemail'];

/** The fields that had another value before; not those that were added. Told by the deliveries, so that a corrected mapping is no change. */
const changedFields = (
  callback: Callback,
  current: CallItem | undefined,
  call: Call,
  { bodies, results }: Deliveries,
): string[] => {
  const until = current?.revisedAt ?? call.receivedAt;
  const known = bodies.filter(({ receivedAt }) => receivedAt <= until);
  // Nothing came after them, as with every new call of one body: they fold to what the call is.
  if (known.length === bodies.length) return [];
  return Object.entries(foldCall(callback, known, results) ?? {})
    .filter(([name, value]) => !isDeepStrictEqual(value, (call as Record<string, unknown>)[name]))
    .map(([name]) => name)
    .filter((name) => !NO_FACTS.includes(name));
};

import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Callback } from '../callbacks/callback.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import { type Deliveries, deliveriesOf } from '../deliveries/read-deliveries.ts';
import { type Call, foldCall, isListed } from './fold.ts';
import { type CallItem, itemOf } from './item.ts';
import { readCall } from './read-calls.ts';
import { archiveOf } from './recordings.ts';
import { differs, removeCall, writeCall } from './store.ts';

/**
 * The result for a call's item. `removed`: it has no bodies any more. `none`: it had neither item
 * nor bodies. `no-call`: its bodies are not about a call, like a notice. `unreadable`: the current
 * schemas read none of them. `changed` names the fields that a newer version changed.
 */
export type Projection = {
  outcome: 'new' | 'revised' | 'unchanged' | 'removed' | 'none' | 'no-call' | 'unreadable';
  changed: string[];
  /** Seconds from the call's end to the callback that reported it. */
  lagSeconds?: number;
};

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
    if (call === undefined) {
      const outcome = withoutCall(callback, deliveries.bodies, current);
      if (current === undefined || (await removeCall(current, abortSignal))) return { outcome, changed: [] };
    } else {
      const next = hasExpired(current, deliveries.bodies)
        ? { ...current, ...archiveOf(current, deliveries.results) }
        : itemOf(call);
      if (!differs(current, next)) return { outcome: 'unchanged', changed: [] };
      const silent = isHistory(next, deliveries.bodies) || (isRebuild && wasTold(current, call));
      if (await writeCall(current, { ...next, silent: silent || undefined }, abortSignal))
        return projectionOf(callback, current, call, deliveries);
    }
    await sleep(Math.random() * RETRY_MS, undefined, { signal: abortSignal });
  }
};

const RETRY_MS = 50;

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

/**
 * Whether bodies only went: the rest is not folded again, and the call goes with the last of them.
 */
const hasExpired = (current: CallItem | undefined, bodies: Delivery[]): current is CallItem =>
  current !== undefined &&
  bodies.length < current.versions &&
  bodies.every(({ receivedAt }) => receivedAt <= current.revisedAt);

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

/**
 * The fields that had another value before, without those that were added. By the deliveries, so
 * that a corrected mapping is no change.
 */
const changedFields = (
  callback: Callback,
  current: CallItem | undefined,
  call: Call,
  { bodies, results }: Deliveries,
): string[] => {
  const until = current?.revisedAt ?? call.receivedAt;
  const known = bodies.filter(({ receivedAt }) => receivedAt <= until);
  // Nothing came after them, as with every new call of one body: they fold to the call itself.
  if (known.length === bodies.length) return [];
  return Object.entries(foldCall(callback, known, results) ?? {})
    .filter(([name, value]) => !isDeepStrictEqual(value, (call as Record<string, unknown>)[name]))
    .map(([name]) => name)
    .filter((name) => !NO_FACTS.includes(name));
};

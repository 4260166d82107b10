import { isDeepStrictEqual } from 'node:util';
import type { Callback } from '../callbacks/callback.ts';
import type { Deliveries } from '../deliveries/read-deliveries.ts';
import { type Call, foldCall, isListed } from './fold.ts';
import type { CallItem } from './item.ts';

/**
 * What became of a call's item. `removed`: it has no bodies any more. `none`: there was neither. `no-call`: they tell of no call, like
 * a notice. `unreadable`: today's schemas read none of them. `erased`: it was erased, and goes with its last body. `changed` names the
 * fields of which a newer version has another value.
 */
export type Projection = {
  outcome: 'new' | 'revised' | 'unchanged' | 'removed' | 'none' | 'no-call' | 'unreadable' | 'erased';
  changed: string[];
  /** Seconds from the call's end to the callback that told it. */
  lagSeconds?: number;
};

/** What became of an item that was written: of the current one, or of none, the call was made. */
export const projectionOf = (
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

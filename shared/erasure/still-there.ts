import { readLane } from '../calls/lanes.ts';
import { readCalls } from '../calls/read-calls.ts';
import { removeDeliveries } from '../deliveries/remove.ts';
import type { FoundCall } from './find.ts';

/** Those of erased calls that the projector has not removed yet, or that the index of days still shows. */
export const stillThere = async (
  calls: readonly FoundCall[],
  abortSignal: AbortSignal,
): Promise<FoundCall[]> => {
  const items = await readCalls(
    calls.map(({ pk }) => pk),
    abortSignal,
  );
  const left: FoundCall[] = [];
  for (const call of calls) {
    // Without an answer it is asked for again.
    const isThere = items.get(call.pk) !== undefined || !items.has(call.pk);
    if (isThere || (await isShown(call, abortSignal))) left.push(call);
  }
  return left;
};

// An index follows its table after a moment, and exports are made of it.
const isShown = async ({ slot, at }: FoundCall, abortSignal: AbortSignal): Promise<boolean> => {
  const lane = { index: 'byTime', attribute: 'slot', value: slot };
  const { items } = await readLane(lane, { from: at, before: `${at}~` }, 1, abortSignal, ['pk']);
  return items.length > 0;
};

/** Removes once more what a callback can have put that was under way, so that the projector removes the call. */
export const removeLatecomers = async (
  calls: readonly FoundCall[],
  abortSignal: AbortSignal,
): Promise<void> => {
  for (const { pk } of calls) await removeDeliveries(pk, abortSignal);
};

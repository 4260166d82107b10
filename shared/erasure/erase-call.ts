import { callOfKey } from '../callbacks/list.ts';
import { foldCall } from '../calls/fold.ts';
import { archiveKey, type RecordingKind } from '../deliveries/archive-result.ts';
import { type Deliveries, deliveriesOf } from '../deliveries/read-deliveries.ts';
import { removeDeliveries } from '../deliveries/remove.ts';
import { writeTombstone } from '../deliveries/tombstone.ts';
import { deleteObjects } from '../files/objects.ts';
import { objectKey } from '../recordings/archive.ts';
import { EXTENSIONS } from '../recordings/audio.ts';
import { recordingsOf } from '../recordings/kinds.ts';

/** What there was of calls. */
export type ErasedParts = { bodies: number; recordings: number };

/**
 * Erases a call: from the tombstone on nothing comes back, and with the last body the projector removes it. Can end anywhere and be done
 * again: while there is a body the call is found.
 */
export const eraseCall = async (
  { pk, receivedAt }: { pk: string; receivedAt: string },
  abortSignal: AbortSignal,
): Promise<ErasedParts> => {
  await writeTombstone(pk, abortSignal);
  const deliveries = await deliveriesOf(pk, abortSignal);
  const stored = deliveries.results.flatMap(({ key }) => key ?? []);
  await deleteObjects([...stored, ...perhapsStored(pk, receivedAt, deliveries)], abortSignal);
  const bodies = await removeDeliveries(pk, abortSignal);
  return { bodies, recordings: stored.length };
};

/** Where the archiver can have left a file and was ended before it said so. */
const perhapsStored = (pk: string, receivedAt: string, { bodies, results }: Deliveries): string[] => {
  const callback = callOfKey(pk)?.callback;
  const call = callback && foldCall(callback, bodies);
  const kinds = new Set([
    ...recordingsOf(call ?? {}).map(([kind]) => kind),
    ...results.map(({ sk }) => sk.slice(archiveKey('' as RecordingKind).length) as RecordingKind),
  ]);
  return [...kinds].flatMap((kind) =>
    EXTENSIONS.map((extension) => objectKey({ pk, kind, receivedAt, url: '', revisedAt: '' }, extension)),
  );
};

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { CallItem } from '../calls/item.ts';
import { CallView, listed } from '../calls/view.ts';

/** What can become of a call. */
export const EVENT_TYPES = ['call.started', 'call.ended', 'call.updated'] as const;

/** What became of a call, as it is told to other systems. Of two events of a call, the one with the greater `data.rev` is the newer. */
export const CallEvent = v.object({
  id: v.pipe(
    v.string(),
    v.regex(/^evt_[0-9a-f]{32}$/),
    v.description('The same for the same `rev` of a call.'),
  ),
  type: v.picklist(EVENT_TYPES),
  timestamp: v.pipe(v.string(), v.isoTimestamp(), v.description('When the call was written.')),
  data: v.pipe(CallView, v.description('The call, as /api/calls lists it.')),
});

/** What became of a call, as it is told to other systems. */
export type CallEvent = v.InferOutput<typeof CallEvent>;

/** The event of a change of an item; undefined if it is none: the item went, nothing that is told differs, or a rebuild wrote it. */
export const eventOf = (
  before: CallItem | undefined,
  after: CallItem | undefined,
  writtenAt: Date,
): CallEvent | undefined => {
  if (after === undefined || after.silent || isSame(before, after)) return undefined;
  return toEvent(typeOf(before, after), after, writtenAt);
};

/** The event that tells what a call is now, for whoever has missed what became of it. */
export const latestEventOf = (call: CallItem, writtenAt: Date): CallEvent =>
  toEvent(typeOf(undefined, call), call, writtenAt);

const typeOf = (before: CallItem | undefined, after: CallItem): CallEvent['type'] => {
  if (after.endedAt !== undefined && before?.endedAt === undefined) return 'call.ended';
  return before === undefined ? 'call.started' : 'call.updated';
};

const isSame = (before: CallItem | undefined, after: CallItem): boolean =>
  before !== undefined &&
  isDeepStrictEqual({ ...before, rev: 0, silent: undefined }, { ...after, rev: 0, silent: undefined });

const toEvent = (type: CallEvent['type'], call: CallItem, writtenAt: Date): CallEvent => ({
  id: `evt_${createHash('sha256').update(`${call.pk}\n${call.rev}`).digest('hex').slice(0, 32)}`,
  type,
  timestamp: writtenAt.toISOString(),
  data: listed(call),
});

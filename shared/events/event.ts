import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CallItem } from '../calls/item.ts';
import { listed } from '../calls/view.ts';
import { isLive } from '../deliveries/expiry.ts';
import type { CallEvent } from './call-event.ts';

/** The event of a change of an item; undefined if it is none: the item went or has expired, nothing that is told differs, or a rebuild wrote it. */
export const eventOf = (
  before: CallItem | undefined,
  after: CallItem | undefined,
  writtenAt: Date,
): CallEvent | undefined => {
  if (after === undefined || after.silent || !isLive(after) || isSame(before, after)) return undefined;
  return toEvent(typeOf(before, after), after, writtenAt);
};

/**
 * The event with the present state of a call, for receivers that missed changes; the same each time
 * while the call stays the same.
 */
export const latestEventOf = (call: CallItem): CallEvent =>
  toEvent(typeOf(undefined, call), call, new Date(call.revisedAt));

const typeOf = (before: CallItem | undefined, after: CallItem): CallEvent['type'] => {
  if (after.endedAt !== undefined && before?.endedAt === undefined) return 'call.ended';
  return before === undefined ? 'call.started' : 'call.updated';
};

const isSame = (before: CallItem | undefined, after: CallItem): boolean =>
  before !== undefined && isDeepStrictEqual(toldOf(before), toldOf(after));

const toldOf = (call: CallItem) => ({ ...call, rev: 0, silent: undefined, expiresAt: undefined });

const toEvent = (type: CallEvent['type'], call: CallItem, writtenAt: Date): CallEvent => ({
  id: `evt_${createHash('sha256').update(`${call.pk}\n${call.rev}`).digest('hex').slice(0, 32)}`,
  type,
  timestamp: writtenAt.toISOString(),
  data: listed(call),
});

import type { Call } from './fold.ts';
import { type CallKeys, keysOf } from './keys.ts';

/** An item of the table of calls: what a list shows, and the keys that find it. */
export type CallItem = Omit<Call, LongField> &
  CallKeys & {
    rev: number;
    /** No event reports this write. */
    silent?: true | undefined;
    /** Epoch seconds: when the last of its bodies expires, if all of them do. It is hidden from then on. */
    expiresAt?: number | undefined;
  };

/**
 * Fields that can be too long to list cheaply; they are read from the deliveries when a call is
 * opened.
 */
export const LONG_FIELDS = ['forms', 'passthrough', 'ivrPath'] as const;
type LongField = (typeof LONG_FIELDS)[number];

const MAX_TEXT_BYTES = 2048;
// A signed link is longer than other texts, and the archiver needs it whole. Few servers accept
// more.
const MAX_LINK_BYTES = 8192;
/** More legs are read from the deliveries when one call is opened. */
export const MAX_LEGS = 4;
const MAX_ISSUES = 50;

/** The item of a call, without its `rev`. */
export const itemOf = (call: Call): Omit<CallItem, 'rev' | 'silent' | 'expiresAt'> => {
  const { legs, issues } = call;
  const short = shortened({
    ...call,
    ...(legs && { legs: legs.slice(0, MAX_LEGS).map(shortened) }),
    ...(issues && { issues: issues.slice(0, MAX_ISSUES) }),
  });
  for (const field of LONG_FIELDS) delete short[field];
  return { ...short, ...keysOf(call, call) };
};

const shortened = <Fields extends object>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isLong(name, value))) as Fields;

const isLong = (name: string, value: unknown): boolean => {
  const text = Array.isArray(value) && typeof value[0] === 'string' ? value.join() : value;
  const most = name.endsWith('Url') ? MAX_LINK_BYTES : MAX_TEXT_BYTES;
  return typeof text === 'string' && Buffer.byteLength(text) > most;
};

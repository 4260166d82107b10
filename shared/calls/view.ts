import * as v from 'valibot';
import { CallRecord } from './call.ts';
import type { Call } from './fold.ts';
import { type CallItem, itemOf } from './item.ts';
import { Recordings } from './recordings.ts';

const time = v.pipe(v.string(), v.isoTimestamp());
const text = v.string();

/**
 * A call as lists and details show it: its record, its origin, and the position in time that orders
 * it.
 */
export const CallView = v.object({
  pk: text,
  callback: text,
  id: text,
  ref: v.pipe(text, v.regex(/^[0-9a-f]{16}$/)),
  at: text,
  ...CallRecord.entries,
  ...Recordings.entries,
  receivedAt: time,
  revisedAt: time,
  versions: v.pipe(v.number(), v.integer()),
  issues: v.optional(v.array(v.object({ path: text, message: text }))),
  agentKey: v.optional(text),
  rev: v.optional(v.pipe(v.number(), v.integer())),
});

/** A call as lists and details show it. */
export type CallView = v.InferOutput<typeof CallView>;

/** The fields that a list shows. */
export const listed = ({
  slot: _,
  callerKey: _1,
  calleeKey: _2,
  legKey: _3,
  otherId: _4,
  silent: _5,
  expiresAt: _6,
  ...call
}: CallItem): CallView => call;

/** A call whole, with the fields that only its item has. */
export const viewOf = (call: Call, item: CallItem | undefined): CallView => ({
  ...listed({ ...itemOf(call), rev: item?.rev ?? 0 }),
  ...call,
});

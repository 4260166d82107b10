import { callbacks } from '../callbacks/list.ts';
import { isLive } from '../deliveries/expiry.ts';
import { type CallFilters, ID_PREFIXES, isKnownBy, matches } from './filters.ts';
import type { CallItem } from './item.ts';
import { callIdLane, readLane } from './lanes.ts';
import { type CallPage, END, mergeLanes, type PageOptions } from './merge.ts';
import { readCall } from './read-calls.ts';

export type { CallPage, PageOptions };

/**
 * A page of matching calls. Reads a bounded number of items, so a rare filter ends a page early.
 * The cursor is the position in time of the page's end, so it stays valid while calls arrive,
 * change and go.
 */
export const queryCalls = async (filters: CallFilters, options: PageOptions): Promise<CallPage> => {
  const { id } = filters;
  const { limit, cursor } = options;
  const isMatch = (call: CallItem) => matches(call, filters);
  const isFirst = cursor === undefined;
  if (id === undefined || !(isFirst || cursor.startsWith(REST)))
    return mergeLanes(filters, { ...options, cursor: cursor?.replace(REST, '') }, isMatch);
  if (isFirst) {
    const known = await callsKnownBy(id, filters, options.abortSignal);
    const calls = known?.calls.filter(isMatch).sort(newestFirst) ?? [];
    if (known === undefined || calls.length > limit) return mergeLanes(filters, options, isMatch);
    return { calls, cursor: REST + (filters.to ?? END), units: known.units };
  }
  const rest = { ...options, cursor: cursor.slice(REST.length) };
  const page = await mergeLanes(filters, rest, (call) => isMatch(call) && !isKnownBy(call, id));
  return page.cursor === undefined ? page : { ...page, cursor: REST + page.cursor };
};

// Calls that an id finds directly come first. Those with that orderId or taskId need a read of the
// period.
const REST = '~';

const CURSOR = /^~?(\d{4}-\d\d-\d\d)(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z(#[0-9a-f]{16})?)?$/;

/** Whether a text can be the cursor of a page. */
export const isCursor = (text: string): boolean => {
  const [, day] = CURSOR.exec(text) ?? [];
  // Date.parse accepts the 31st of February.
  return day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
};

// More of them are read page by page.
const MAX_SAME_ID = 100;

/** The calls with this id or callId; undefined if there are too many. */
const callsKnownBy = async (
  id: string,
  { from, to = END }: CallFilters,
  abortSignal?: AbortSignal,
): Promise<{ calls: CallItem[]; units: number } | undefined> => {
  const [own, byCallId] = await Promise.all([
    Promise.all(pksOf(id).map((pk) => readCall(pk, abortSignal))),
    readLane(callIdLane(id), { from, before: to }, MAX_SAME_ID, abortSignal),
  ]);
  if (byCallId.frontier !== undefined) return undefined;
  const there = own.filter((call) => call !== undefined).filter(isLive);
  const calls = [...there, ...byCallId.items];
  return {
    calls: [...new Map(calls.map((call) => [call.pk, call])).values()],
    units: own.length + byCallId.units,
  };
};

const pksOf = (id: string): string[] =>
  callbacks
    .flatMap(({ name }) => ['', ...ID_PREFIXES].map((prefix) => `${name}#${prefix}${id}`))
    .filter((pk) => Buffer.byteLength(pk) <= MAX_KEY_BYTES);

const MAX_KEY_BYTES = 2048;

const newestFirst = (a: CallItem, b: CallItem): number => (a.at < b.at ? 1 : -1);

import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { callbacks } from '../callbacks/list.ts';
import { dynamodb } from '../deliveries/dynamodb.ts';
import { type CallFilters, matches, PREFIXES } from './filters.ts';
import type { CallItem } from './item.ts';
import { aheadLane, callIdLane, type Lane, lanesOf, lanesOfDay, readLane } from './lanes.ts';

/** Calls, newest first, and where to go on; no cursor at the end. A page can be short, and even empty, before the end. */
export type CallPage = { calls: CallItem[]; cursor?: string; units: number };

export type PageOptions = { limit: number; cursor?: string | undefined; abortSignal?: AbortSignal };

/**
 * A page of the calls that are asked for. Reads a bounded number of items, so that a rare filter ends a page early. The cursor is the
 * place in time where the page ended, so it stays valid while calls arrive, change and go.
 */
export const queryCalls = async (filters: CallFilters, options: PageOptions): Promise<CallPage> => {
  const { id } = filters;
  const isMatch = (call: CallItem) => matches(call, filters);
  if (id === undefined) return merge(filters, options, isMatch);
  if (options.cursor === undefined) {
    const calls = (await callsById(id, filters))?.filter(isMatch).sort(newestFirst);
    if (calls === undefined || calls.length > options.limit) return merge(filters, options, isMatch);
    return { calls, cursor: BY_OTHER_IDS + (filters.to ?? END), units: calls.length };
  }
  if (!options.cursor.startsWith(BY_OTHER_IDS)) return merge(filters, options, isMatch);
  const cursor = options.cursor.slice(BY_OTHER_IDS.length);
  const page = await merge(filters, { ...options, cursor }, (call) => isMatch(call) && !isKnownBy(call, id));
  return page.cursor === undefined ? page : { ...page, cursor: BY_OTHER_IDS + page.cursor };
};

// The calls that an id finds at once come first. For those with that orderId or taskId the period has to be read.
const BY_OTHER_IDS = '~';

/** What a cursor looks like. */
export const CURSOR = /^~?\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z(#[0-9a-f]{16})?)?$/;

/** The calls with this id or callId; undefined if there are too many. */
const callsById = async (id: string, { from, to }: CallFilters): Promise<CallItem[] | undefined> => {
  const pks = callbacks.flatMap(({ name }) => ['', ...PREFIXES].map((prefix) => `${name}#${prefix}${id}`));
  const [own, other] = await Promise.all([
    callsByKey(pks),
    readLane(callIdLane(id), { from, before: to ?? END }, MAX_SAME_ID),
  ]);
  if (other.frontier !== undefined) return undefined;
  return [...new Map([...own, ...other.items].map((call) => [call.pk, call])).values()];
};

const MAX_SAME_ID = 100;

const isKnownBy = ({ id, callId }: CallItem, wanted: string): boolean =>
  callId === wanted || id === wanted || PREFIXES.some((prefix) => id === prefix + wanted);

const callsByKey = async (pks: string[]): Promise<CallItem[]> => {
  const table = process.env.CALLS_TABLE ?? '';
  const Keys = pks.filter((pk) => Buffer.byteLength(pk) <= MAX_KEY_BYTES).map((pk) => marshall({ pk }));
  if (Keys.length === 0) return [];
  const { Responses } = await dynamodb.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } }));
  return (Responses?.[table] ?? []).map((item) => unmarshall(item) as CallItem);
};

const MAX_KEY_BYTES = 2048;

// Behind every time that a call can have.
const END = '2100-01-02';

const newestFirst = (a: CallItem, b: CallItem): number => (a.at < b.at ? 1 : -1);

/** A lane as far as it was read: nothing of it that is not in `items` is at or after `frontier`. */
type Reader = { items: CallItem[]; frontier: string | undefined; lane: Lane };

// A read unit is 4 KB, eventually consistent 8 KB.
const MAX_UNITS = 100;
const MAX_READS = 60;

const merge = async (
  filters: CallFilters,
  { limit, cursor, abortSignal }: PageOptions,
  isWanted: (call: CallItem) => boolean,
): Promise<CallPage> => {
  const { from } = filters;
  const before = cursor ?? filters.to ?? END;
  const parties = lanesOf(filters);
  const readers: Reader[] = (parties ?? [aheadLane()]).map((lane) => ({ lane, items: [], frontier: before }));
  let days: string | undefined = parties === undefined ? lastDay(before) : undefined;
  let [units, reads] = [0, 0];

  const refill = async (reader: Reader): Promise<void> => {
    reads++;
    const stretch = await readLane(
      reader.lane,
      { from, before: reader.frontier ?? before },
      stretchLength(limit, parties?.length),
      abortSignal,
    );
    units += stretch.units;
    reader.frontier = stretch.frontier;
    reader.items.push(...stretch.items.filter(isWanted));
  };

  const calls: CallItem[] = [];
  let last: string | undefined;
  for (;;) {
    const head = readers.reduce<Reader | undefined>(
      (best, reader) => ((reader.items[0]?.at ?? '') > (best?.items[0]?.at ?? '') ? reader : best),
      undefined,
    );
    const at = head?.items[0]?.at ?? '';
    if (days !== undefined && dayAfter(days) > at) {
      if (days < from.slice(0, 10)) days = undefined;
      else {
        const frontier = min(before, dayAfter(days));
        readers.push(...lanesOfDay(days, filters.ref).map((lane) => ({ lane, items: [], frontier })));
        days = dayBefore(days);
      }
    }
    const blocking = readers.filter(
      ({ items, frontier }) => items.length === 0 && frontier !== undefined && frontier > at,
    );
    if (blocking.length > 0) {
      if (reads > 0 && (units >= MAX_UNITS || reads + blocking.length > MAX_READS)) {
        return { calls, cursor: blocking.map(({ frontier }) => frontier ?? '').reduce(max), units };
      }
      await Promise.all(blocking.map(refill));
      continue;
    }
    const call = head?.items.shift();
    if (call === undefined) {
      if (days === undefined) return { calls, units };
      continue;
    }
    // A call between two parties of the same number is in both of its lanes.
    if (call.at === last) continue;
    calls.push(call);
    last = call.at;
    if (calls.length === limit) return { calls, cursor: call.at, units };
  }
};

/** How many items to read of a lane at once: a day's calls are spread over its lanes, a party's are all in one. */
const stretchLength = (limit: number, parties: number | undefined): number =>
  parties === undefined ? Math.ceil(limit / 3) : limit;

const min = (a: string, b: string): string => (a < b ? a : b);
const max = (a: string, b: string): string => (a > b ? a : b);

const DAY_MS = 86_400_000;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const dayBefore = (day: string): string => dayOf(Date.parse(day) - DAY_MS);
const dayAfter = (day: string): string => dayOf(Date.parse(day) + DAY_MS);

// Nothing in the lane of a day is dated more than a day ahead of its arrival.
const lastDay = (before: string): string => min(before.slice(0, 10), dayAfter(dayOf(Date.now())));

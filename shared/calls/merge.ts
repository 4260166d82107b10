import type { CallFilters } from './filters.ts';
import type { CallItem } from './item.ts';
import { SLOTS_PER_DAY } from './keys.ts';
import { aheadLane, type Lane, lanesOf, lanesOfDay, readLane } from './lanes.ts';

/**
 * Calls, newest first, and the cursor of the next page; undefined at the end. A page can be short,
 * and even empty, before the end.
 */
export type CallPage = { calls: CallItem[]; cursor?: string; units: number };

export type PageOptions = { limit: number; cursor?: string | undefined; abortSignal?: AbortSignal };

/** No call sorts before the first or after the last. */
export const BEGINNING = '2000-01-01';
export const END = '2100-01-02';

// How much a page reads before it ends early; one round of reads can exceed it.
const MAX_UNITS = 100;
const MAX_READS = 160;
// A Lambda function answers with at most 6 MB, and its answer is escaped once more.
const MAX_BYTES = 1_900_000;

/**
 * A lane as far as it was read: `items` has everything at or after `frontier`, or all of the lane
 * if that is undefined.
 */
type Reader = { lane: Lane; items: CallItem[]; frontier: string | undefined };

/** What is left to read, and what it has cost so far. */
type Merge = {
  filters: CallFilters;
  before: string;
  readers: Reader[];
  /** The newest day that is not being read; there are none before `firstDay`. */
  day: string;
  firstDay: string;
  /** How many days to open at once; doubled after a round that found nothing. */
  days: number;
  /** How much to read of a lane at once; doubled after a round that matched nothing. */
  length: number;
  reads: number;
  units: number;
};

/**
 * A page of matching calls, merged from the lanes that hold them: those of parties or agents, else
 * those of one day after the other. Reads a bounded number of items, so a rare filter ends a page
 * early.
 */
export const mergeLanes = async (
  filters: CallFilters,
  { limit, cursor, abortSignal }: PageOptions,
  isWanted: (call: CallItem) => boolean,
): Promise<CallPage> => {
  const merge = begin(filters, cursor, limit);
  const calls: CallItem[] = [];
  let bytes = 0;
  for (;;) {
    const at = merge.readers.map(({ items }) => items[0]?.at ?? '').reduce(max, '');
    openDays(merge, at);
    // The newest call read comes next only if no lane can have a newer one.
    const blocking = merge.readers.filter(
      ({ items, frontier }) => items.length === 0 && frontier !== undefined && frontier > at,
    );
    if (blocking.length > 0) {
      const end = blocking.map(({ frontier = '' }) => frontier).reduce(max);
      if (isSpent(merge, blocking.length)) return { calls, cursor: end, units: merge.units };
      await read(merge, blocking, isWanted, abortSignal);
      continue;
    }
    const [call] = merge.readers.map((reader) => takeAt(reader, at)).filter((taken) => taken !== undefined);
    if (call === undefined) {
      if (merge.day < merge.firstDay) return { calls, units: merge.units };
      continue;
    }
    calls.push(call);
    bytes += Buffer.byteLength(JSON.stringify(call));
    if (calls.length === limit || bytes >= MAX_BYTES) return { calls, cursor: at, units: merge.units };
  }
};

const begin = (filters: CallFilters, cursor: string | undefined, limit: number): Merge => {
  const before = min(cursor ?? END, filters.to ?? END);
  const lanes = lanesOf(filters);
  const today = dayOf(Date.now());
  const lastDay = before.slice(0, 10);
  return {
    filters,
    before,
    readers: open(lanes ?? lanesAhead(lastDay > today ? dayAfter(today) : undefined, filters.ref), before),
    day: lanes ? '' : min(lastDay, today),
    firstDay: max(filters.from.slice(0, 10), BEGINNING),
    days: 1,
    length: firstLength(limit, lanes?.length ?? SLOTS_PER_DAY),
    reads: 0,
    units: 0,
  };
};

// Calls dated more than a day after their arrival have their own lane, so no later day has any.
const lanesAhead = (tomorrow: string | undefined, ref: string | undefined): Lane[] => [
  aheadLane(),
  ...(tomorrow ? lanesOfDay(tomorrow, ref) : []),
];

const open = (lanes: Lane[], frontier: string): Reader[] =>
  lanes.map((lane) => ({ lane, items: [], frontier }));

/** How much to read of each lane for a page, if the calls are spread evenly. */
const firstLength = (limit: number, lanes: number): number =>
  lanes === 1 ? limit : Math.min(limit, Math.max(MIN_LENGTH, Math.ceil((limit * SPREAD) / lanes)));

// Less makes a second round likely; more reads what nobody sees.
const SPREAD = 1.3;
const MIN_LENGTH = 8;
const MAX_LENGTH = 200;
const MAX_DAYS = 16;

/** Opens the lanes of the next days that can hold a call after `at`. */
const openDays = (merge: Merge, at: string): void => {
  const { before, firstDay, readers, filters, days } = merge;
  for (let n = 0; n < days && merge.day >= firstDay && dayAfter(merge.day) > at; n++) {
    readers.push(...open(lanesOfDay(merge.day, filters.ref), min(before, dayAfter(merge.day))));
    merge.day = dayBefore(merge.day);
  }
};

const isSpent = ({ reads, units }: Merge, more: number): boolean =>
  reads > 0 && (units >= MAX_UNITS || reads + more > MAX_READS);

const read = async (
  merge: Merge,
  readers: Reader[],
  isWanted: (call: CallItem) => boolean,
  abortSignal?: AbortSignal,
): Promise<void> => {
  const { filters, before, length, days } = merge;
  let isAnyRead = false;
  const readOne = async (reader: Reader) => {
    const period = { from: filters.from, before: reader.frontier ?? before };
    const stretch = await readLane(reader.lane, period, length, abortSignal);
    reader.items.push(...stretch.items.filter(isWanted));
    reader.frontier = stretch.frontier;
    isAnyRead ||= stretch.read > 0;
    merge.units += stretch.units;
  };
  await Promise.all(readers.map(readOne));
  merge.reads += readers.length;
  const isAnyWanted = readers.some(({ items }) => items.length > 0);
  merge.days = isAnyWanted ? 1 : Math.min(days * 2, MAX_DAYS);
  if (isAnyRead && !isAnyWanted) merge.length = Math.max(length, Math.min(length * 2, MAX_LENGTH));
};

/** A call between two parties with the same number is in both lanes. */
const takeAt = ({ items }: Reader, at: string): CallItem | undefined =>
  items[0]?.at === at ? items.shift() : undefined;

const min = (a: string, b: string): string => (a < b ? a : b);
const max = (a: string, b: string): string => (a > b ? a : b);

const DAY_MS = 86_400_000;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const dayBefore = (day: string): string => dayOf(Date.parse(day) - DAY_MS);
const dayAfter = (day: string): string => dayOf(Date.parse(day) + DAY_MS);

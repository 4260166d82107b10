import type { Clock } from '../calls/clock.ts';
import type { CallFilters } from '../calls/filters.ts';
import type { CallItem } from '../calls/item.ts';
import { scanCalls } from '../calls/scan.ts';
import { CALL_FIELDS, type Terms } from './counts.ts';
import { type Grouping, KEY_FIELDS, type KeyPart, keyOf } from './groupings.ts';
import { countCall, emptyTally, type Tally } from './tally.ts';
import { TooMany } from './too-many.ts';

/** Which calls are counted, and how. */
export type Question = { filters: CallFilters; by: readonly Grouping[]; terms: Terms };

/** What a report may take; the rows are those of its answer, which may have so many already. */
export type Limits = { calls: number; rows: number; rowsBefore?: number };

/** Calls that share a key. */
type Group = {
  keys: KeyPart[];
  tally: Tally;
  /** The newest call of a row of an agent: it has the name of today. */
  agent: { at: string; agentName?: string | undefined } | undefined;
};

/** All calls, and those of each key. */
export type Groups = { groups: Group[]; total: Tally };

type Options = {
  abortSignal: AbortSignal;
  limits?: Limits;
  /** Is told how many calls were counted. */
  onProgress?: (calls: number) => void;
};

const FIELDS = [...new Set([...CALL_FIELDS, ...KEY_FIELDS, 'agentName' as const])];
type Call = Pick<CallItem, (typeof FIELDS)[number]>;

/** Counts calls into groups, of each of which nothing is kept but its sums. */
export const groupCalls = async (question: Question, clock: Clock, options: Options): Promise<Groups> => {
  const { abortSignal, limits, onProgress } = options;
  const total = emptyTally();
  const groups = new Map<string, Group>();
  let isReading = false;
  try {
    await scanCalls(question.filters, { fields: FIELDS, abortSignal }, (calls) => {
      isReading = true;
      for (const call of calls) countInto(groups, total, call, question, clock);
      if (limits && total.offered > limits.calls) throw TooMany.calls(limits.calls);
      if (limits && groups.size + (limits.rowsBefore ?? 0) > limits.rows) throw TooMany.rows(limits.rows);
      onProgress?.(total.offered);
    });
  } catch (error) {
    // What was read came in time: it is the rest that is too much.
    throw limits && abortSignal.aborted && isReading ? TooMany.toRead() : error;
  }
  return { groups: [...groups.values()], total };
};

const TIME_LENGTH = '2026-11-26T14:03:11.000Z'.length;

const countInto = (
  groups: Map<string, Group>,
  total: Tally,
  call: Call,
  { by, terms }: Question,
  clock: Clock,
): void => {
  const keys = keyOf(call, clock.localAt(Date.parse(call.at.slice(0, TIME_LENGTH))), by);
  const key = JSON.stringify(keys);
  const group = groups.get(key) ?? { keys, tally: emptyTally(), agent: undefined };
  groups.set(key, group);
  if (by.includes('agent') && call.at > (group.agent?.at ?? ''))
    group.agent = { at: call.at, agentName: call.agentName };
  countCall(call, terms, [total, group.tally]);
};

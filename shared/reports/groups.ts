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

/** The limits of a report; the rows are those of its whole answer. */
export type Limits = { calls: number; rows: number; rowsBefore?: number };

/** Calls that share a key. */
type Group = {
  keys: KeyPart[];
  tally: Tally;
  /** The newest call of an agent's row, which has the present names. */
  agent: { at: string; agentName?: string | undefined; agentNickname?: string | undefined } | undefined;
};

/** All calls, and those of each key. */
export type Groups = { groups: Group[]; total: Tally };

type Options = {
  abortSignal: AbortSignal;
  limits?: Limits;
  /** Called with the number of calls counted so far. */
  onProgress?: (calls: number) => void;
};

const FIELDS = [...new Set([...CALL_FIELDS, ...KEY_FIELDS, 'agentName' as const, 'agentNickname' as const])];
type Call = Pick<CallItem, (typeof FIELDS)[number]>;

/** Counts calls into groups, which keep only their sums. */
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
    // These calls came in time, so the rest are too many.
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
    group.agent = { at: call.at, agentName: call.agentName, agentNickname: call.agentNickname };
  countCall(call, terms, [total, group.tally]);
};

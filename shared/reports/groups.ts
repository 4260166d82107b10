import type { CallFilters } from '../calls/filters.ts';
import type { CallItem } from '../calls/item.ts';
import { queryCalls } from '../calls/query.ts';
import type { Clock } from './clock.ts';
import { CALL_FIELDS, countCall, emptyTally, type Tally, type Terms } from './figures.ts';
import { type Grouping, KEY_FIELDS, type KeyPart, keyOf } from './groupings.ts';
import { TooMany } from './too-many.ts';

/** Which calls are counted, and how. */
export type Question = { filters: CallFilters; by: readonly Grouping[]; terms: Terms };

/** What a report may take. */
export type Limits = { calls: number; rows: number };

/** Calls that share a key. */
type Group = { keys: KeyPart[]; agentName: string | undefined; tally: Tally };

/** All calls, and those of each key. */
export type Groups = { groups: Group[]; total: Tally };

type Options = {
  abortSignal: AbortSignal;
  limits?: Limits;
  onProgress?: (calls: number, at: string) => void;
};

const PAGE = 2_000;
const FIELDS = [...new Set([...CALL_FIELDS, ...KEY_FIELDS, 'agentName'] satisfies (keyof CallItem)[])];

/** Reads the calls page by page and counts each into its group: memory is constant for a group. */
export const groupCalls = async (question: Question, clock: Clock, options: Options): Promise<Groups> => {
  const { by, terms } = question;
  const total = emptyTally();
  const groups = new Map<string, Group>();
  const rows = options.limits?.rows ?? Number.POSITIVE_INFINITY;
  const isByAgent = by.includes('agent');
  for await (const call of readCalls(question.filters, options)) {
    const keys = keyOf(call, clock.localAt(Date.parse(call.at.slice(0, TIME_LENGTH))), by);
    const key = JSON.stringify(keys);
    let group = groups.get(key);
    if (group === undefined) {
      group = { keys, agentName: undefined, tally: emptyTally() };
      groups.set(key, group);
      if (groups.size > rows) throw TooMany.rows(rows);
    }
    // Calls come newest first.
    if (isByAgent) group.agentName ??= call.agentName;
    countCall(call, terms, [total, group.tally]);
  }
  return { groups: [...groups.values()], total };
};

const TIME_LENGTH = '2026-11-26T14:03:11.000Z'.length;

async function* readCalls(filters: CallFilters, { abortSignal, limits, onProgress }: Options) {
  let cursor: string | undefined;
  let calls = 0;
  do {
    const page = await queryCalls(filters, { limit: PAGE, cursor, abortSignal, fields: FIELDS }).catch(
      (error: unknown) => {
        // What was read so far came in time: it is the rest that is too much.
        throw limits && cursor !== undefined && abortSignal.aborted ? TooMany.toRead() : error;
      },
    );
    calls += page.calls.length;
    if (limits && calls > limits.calls) throw TooMany.calls(limits.calls);
    yield* page.calls;
    cursor = page.cursor;
    if (cursor !== undefined) onProgress?.(calls, cursor);
  } while (cursor !== undefined);
}

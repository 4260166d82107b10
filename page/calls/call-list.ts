import type { ApiError } from '../api/api-error.ts';
import { asApiError } from '../api/api-error.ts';
import { type Store, store } from '../state/store.ts';
import { type Row, rowOf } from './row.ts';
import { type CallPage, rowSet } from './row-set.ts';

/** Asks for a page of the calls that the list is about. */
export type Ask = (page: {
  limit: number;
  cursor?: string | undefined;
  ongoing?: boolean;
}) => Promise<CallPage>;

export type ListState = {
  /** Newest first. */
  rows: readonly Row[];
  /** Calls that go on. */
  goingOn: readonly Row[];
  /** How many new calls wait to be let in, so that nothing moves while somebody reads. */
  held: number;
  /** So many have come that there is a gap: letting them in starts the list anew. */
  isOutrun: boolean;
  /** The first answer is there. */
  isReady: boolean;
  isLoadingMore: boolean;
  isEnd: boolean;
  /** How far back it has looked, ISO 8601, while a rare filter finds little. */
  lookedBackTo: string | undefined;
  error: ApiError | undefined;
  /** Calls that have just come. */
  fresh: ReadonlySet<string>;
};

const START: ListState = {
  rows: [],
  goingOn: [],
  held: 0,
  isOutrun: false,
  isReady: false,
  isLoadingMore: false,
  isEnd: false,
  lookedBackTo: undefined,
  error: undefined,
  fresh: new Set(),
};

const FIRST = 50;
const MORE = 100;
const FEW = 30;
/** More rows than anybody reads; older ones are found by a period. */
export const MAX_ROWS = 10_000;
const MAX_LIVE_ROWS = 2_000;
const MAX_LOOKED_UP = 4;

export type CallList = {
  state: Store<ListState>;
  /** Asks for what is new, and for what may have changed around a row that is being read. */
  refresh: (readingAt?: string) => Promise<void>;
  /** Asks which calls go on. */
  refreshGoingOn: () => Promise<void>;
  loadMore: () => Promise<void>;
  /** Whether new calls wait outside. */
  hold: (isHolding: boolean) => void;
  /** What comes after this is no answer to anything any more. */
  close: () => void;
};

/** A list of calls that stays current: rows by their place in time, each call once. */
export const callList = (ask: Ask): CallList => {
  const state = store(START);
  const set = rowSet();
  let cursor: string | undefined;
  let outrunBy: CallPage | undefined;
  let isHolding = false;
  let isClosed = false;
  let loading: Promise<void> | undefined;

  const change = (changes: Partial<ListState>): void => {
    if (!isClosed) state.set({ ...state.get(), ...changes });
  };
  const show = (changes: Partial<ListState> = {}): void =>
    change({
      rows: set.rows(),
      goingOn: set.goingOn(),
      held: outrunBy ? outrunBy.calls.length : set.heldSize(),
      isOutrun: outrunBy !== undefined,
      isEnd: cursor === undefined,
      ...changes,
    });
  const fail = (error: unknown): void => change({ error: asApiError(error), isLoadingMore: false });
  const absorb = (page: CallPage, above?: string): void => {
    const fresh = set.absorb(page, isHolding, above);
    if (fresh.size > 0) change({ fresh });
  };
  const startFrom = (page: CallPage): void => {
    outrunBy = undefined;
    set.replace(page);
    cursor = page.cursor;
  };
  const letIn = (): void => {
    if (outrunBy) startFrom(outrunBy);
    set.letIn();
    // Rows that nobody looks at go; scrolling there asks for them again.
    if (set.size() > MAX_LIVE_ROWS) cursor = set.keepNewest(MAX_LIVE_ROWS / 2);
  };

  const begin = async (): Promise<void> => {
    const first = await ask({ limit: FIRST });
    startFrom(first);
    show({ isReady: true, error: undefined, lookedBackTo: placeOf(first.cursor) });
    await fill();
  };
  const update = async (readingAt: string | undefined): Promise<void> => {
    const first = await ask({ limit: FIRST });
    if (isOutrun(first, set.newestAt())) outrunBy = first;
    else absorb(first);
    if (readingAt) absorb(await ask({ limit: FIRST, cursor: readingAt }), readingAt);
    if (!isHolding) letIn();
    show({ error: undefined });
  };
  const updateGoingOn = async (): Promise<void> => {
    const rows: Row[] = [];
    let page: CallPage = { calls: [] };
    do {
      page = await ask({ limit: 200, ongoing: true, cursor: page.cursor });
      rows.push(...page.calls.map(rowOf));
    } while (page.cursor !== undefined);
    const ended = set.setGoingOn(rows);
    // What has ended may stand far below what an update reads.
    for (const { time } of ended.slice(0, MAX_LOOKED_UP)) {
      const justAfter = new Date(Date.parse(time) + 1).toISOString();
      absorb(await ask({ limit: FIRST, cursor: justAfter }), justAfter);
    }
    show();
  };

  const canLoadMore = (): boolean => !isClosed && cursor !== undefined && set.size() < MAX_ROWS;
  const loadNext = async (): Promise<void> => {
    if (!canLoadMore()) return;
    change({ isLoadingMore: true });
    const asked = cursor;
    const page = await ask({ limit: MORE, cursor: asked });
    // The list may have been cut or begun anew meanwhile.
    if (cursor !== asked) return change({ isLoadingMore: false });
    set.append(page);
    cursor = page.cursor;
    show({ isLoadingMore: false, error: undefined, lookedBackTo: placeOf(cursor) });
  };
  /** Loads what comes next; who asks while that is on its way gets the same. */
  const loadMore = (): Promise<void> => {
    loading ??= loadNext()
      .catch(fail)
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };
  /** A rare filter ends a page early: goes on until there is something to see. */
  const fill = async (): Promise<void> => {
    while (canLoadMore() && set.size() < FEW && !state.get().error) await loadMore();
  };

  return {
    state,
    refresh: (readingAt) => (state.get().isReady ? update(readingAt) : begin()).catch(fail),
    refreshGoingOn: () => updateGoingOn().catch(fail),
    loadMore: () => loadMore().then(fill),
    hold: (holds) => {
      isHolding = holds;
      if (holds || (set.heldSize() === 0 && !outrunBy)) return;
      letIn();
      show();
    },
    close: () => {
      isClosed = true;
    },
  };
};

/** Whether so many came that some between them and what is known were not on the page. */
const isOutrun = ({ calls }: CallPage, newestKnown: string): boolean =>
  newestKnown !== '' && calls.length >= FIRST && (calls.at(-1)?.at ?? '') > newestKnown;

const placeOf = (cursor: string | undefined): string | undefined =>
  /\d{4}-\d\d-\d\d(T[\d:.]+Z)?/.exec(cursor ?? '')?.[0];

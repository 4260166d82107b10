import type { ApiError } from '../api/api-error.ts';
import { asApiError } from '../api/api-error.ts';
import { type Store, store } from '../state/store.ts';
import { type Row, rowOf } from './row.ts';
import { type CallPage, rowSet } from './row-set.ts';

/** Requests a page of the listed calls. */
export type Ask = (page: {
  limit: number;
  cursor?: string | undefined;
  ongoing?: boolean;
}) => Promise<CallPage>;

export type ListState = {
  /** Newest first. */
  rows: readonly Row[];
  /** Calls in progress. */
  goingOn: readonly Row[];
  /** How many new calls are held back, so that nothing moves while somebody reads. */
  held: number;
  /** So many have arrived that there is a gap: showing them starts the list anew. */
  isOutrun: boolean;
  /** The first answer has arrived. */
  isReady: boolean;
  isLoadingMore: boolean;
  isEnd: boolean;
  /** How far back the search is, ISO 8601, while a rare filter finds little. */
  lookedBackTo: string | undefined;
  error: ApiError | undefined;
  /** Calls that have just arrived. */
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
/** More rows than anybody reads; a period finds older ones. */
export const MAX_ROWS = 10_000;
const MAX_LIVE_ROWS = 2_000;
const MAX_LOOKED_UP = 4;

export type CallList = {
  state: Store<ListState>;
  /** Requests new calls, and those near a row that is being read, which may have changed. */
  refresh: (readingAt?: string) => Promise<void>;
  /** Requests the calls in progress. */
  refreshGoingOn: () => Promise<void>;
  loadMore: () => Promise<void>;
  /** Whether new calls are held back. */
  hold: (isHolding: boolean) => void;
  /** Answers that arrive after this are ignored. */
  close: () => void;
};

/** A list of calls that stays current: rows by their position in time, each call once. */
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
    // Rows far out of view are dropped; scrolling there requests them again.
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
    // A call that has ended may be far below the rows that an update reads.
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
    // The list may have been cut or restarted meanwhile.
    if (cursor !== asked) return change({ isLoadingMore: false });
    set.append(page);
    cursor = page.cursor;
    show({ isLoadingMore: false, error: undefined, lookedBackTo: placeOf(cursor) });
  };
  /** Loads the next rows; concurrent callers share one request. */
  const loadMore = (): Promise<void> => {
    loading ??= loadNext()
      .catch(fail)
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };
  /** A rare filter ends a page early, so this continues until there is something to see. */
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

/** Whether so many calls arrived that some between them and the known ones were not on the page. */
const isOutrun = ({ calls }: CallPage, newestKnown: string): boolean =>
  newestKnown !== '' && calls.length >= FIRST && (calls.at(-1)?.at ?? '') > newestKnown;

const placeOf = (cursor: string | undefined): string | undefined =>
  /\d{4}-\d\d-\d\d(T[\d:.]+Z)?/.exec(cursor ?? '')?.[0];

import { isGoingOn } from '../../shared/calls/going-on.ts';
import type { CallView } from '../../shared/calls/view.ts';
import type { ApiError } from '../api/api-error.ts';
import { asApiError } from '../api/api-error.ts';
import { serverNow } from '../api/server-time.ts';
import { type Store, store } from '../state/store.ts';
import { type Row, rowOf } from './row.ts';

/** A page of the API's answer. */
export type CallPage = { calls: CallView[]; cursor?: string };

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

/** A call that began before has been forgotten by whoever was to say that it ended. */
export const GOING_ON_MS = 2 * 3_600_000;

const FIRST = 50;
const MORE = 100;
const FEW = 30;
/** More rows than anybody reads; older ones are found by a period. */
export const MAX_ROWS = 10_000;
const MAX_LIVE_ROWS = 2_000;

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
  const shown = new Map<string, Row>();
  const held = new Map<string, Row>();
  const missing = new Set<string>();
  let goingOn = new Map<string, Row>();
  let cursor: string | undefined;
  let outrunBy: CallPage | undefined;
  let isHolding = false;
  let isClosed = false;

  const change = (changes: Partial<ListState>): void => {
    if (!isClosed) state.set({ ...state.get(), ...changes });
  };
  const show = (changes: Partial<ListState> = {}): void => {
    const all = [...shown.values()];
    change({
      rows: all.filter((row) => !isGoingOn(row) || !goingOn.has(row.pk)).sort(newestFirst),
      goingOn: [...goingOn.values()].sort(newestFirst),
      held: outrunBy ? outrunBy.calls.length : held.size,
      isOutrun: outrunBy !== undefined,
      isEnd: cursor === undefined,
      ...changes,
    });
  };

  const take = (row: Row): void => {
    const begunAt = Date.parse(row.time);
    if (isGoingOn(row) && begunAt > serverNow() - GOING_ON_MS) goingOn.set(row.pk, row);
    else goingOn.delete(row.pk);
  };

  /** Takes rows that the API has now between two places in time; what it does not have any more goes. */
  const absorb = (page: CallPage, above = '~'): void => {
    const rows = page.calls.map(rowOf);
    const fresh = new Set<string>();
    for (const row of rows) {
      const isKnown = shown.has(row.pk) || held.has(row.pk);
      take(row);
      if (isHolding && !shown.has(row.pk)) held.set(row.pk, row);
      else shown.set(row.pk, row);
      if (!isKnown) fresh.add(row.pk);
    }
    const listed = new Set(rows.map(({ pk }) => pk));
    const below = page.cursor === undefined ? '' : (rows.at(-1)?.at ?? above);
    for (const row of shown.values()) {
      const isAsked = row.at < above && row.at >= below;
      if (listed.has(row.pk)) missing.delete(row.pk);
      // An index can be a moment behind, so once is no proof.
      else if (isAsked && missing.has(row.pk)) forget(row.pk);
      else if (isAsked) missing.add(row.pk);
    }
    if (state.get().isReady && fresh.size > 0) change({ fresh });
  };

  const forget = (pk: string): void => {
    shown.delete(pk);
    missing.delete(pk);
    goingOn.delete(pk);
  };

  const startFrom = (page: CallPage): void => {
    outrunBy = undefined;
    shown.clear();
    held.clear();
    missing.clear();
    cursor = page.cursor;
    for (const row of page.calls.map(rowOf)) {
      shown.set(row.pk, row);
      take(row);
    }
  };

  const isOutrunBy = (page: CallPage): boolean => {
    const newest = [...shown.values(), ...held.values()].reduce((at, row) => (row.at > at ? row.at : at), '');
    return newest !== '' && page.calls.length >= FIRST && (page.calls.at(-1)?.at ?? '') > newest;
  };

  const letIn = (): void => {
    if (outrunBy) startFrom(outrunBy);
    for (const [pk, row] of held) shown.set(pk, row);
    held.clear();
    trim(MAX_LIVE_ROWS);
  };

  /** Rows that nobody looks at go from the end; scrolling there asks for them again. */
  const trim = (most: number): void => {
    if (shown.size <= most) return;
    const kept = [...shown.values()].sort(newestFirst).slice(0, most / 2);
    shown.clear();
    for (const row of kept) shown.set(row.pk, row);
    cursor = kept.at(-1)?.at;
  };

  const failed = (error: unknown): void => change({ error: asApiError(error), isLoadingMore: false });

  const refresh = async (readingAt?: string): Promise<void> => {
    try {
      const first = await ask({ limit: FIRST });
      if (!state.get().isReady) {
        startFrom(first);
        show({ isReady: true, error: undefined, lookedBackTo: placeOf(first.cursor) });
        return await fill();
      }
      if (isOutrunBy(first)) outrunBy = first;
      else absorb(first);
      if (readingAt) absorb(await ask({ limit: FIRST, cursor: readingAt }), readingAt);
      if (!isHolding) letIn();
      show({ error: undefined });
    } catch (error) {
      failed(error);
    }
  };

  const refreshGoingOn = async (): Promise<void> => {
    try {
      const before = goingOn;
      const now = new Map<string, Row>();
      let page: CallPage = { calls: [] };
      do {
        page = await ask({ limit: 200, ongoing: true, cursor: page.cursor });
        for (const row of page.calls.map(rowOf)) now.set(row.pk, row);
      } while (page.cursor !== undefined);
      goingOn = now;
      show();
      // What has ended meanwhile may stand far below what a refresh reads.
      for (const row of [...before.values()].filter(({ pk }) => !now.has(pk)).slice(0, 4)) {
        const justAfter = new Date(Date.parse(row.time) + 1).toISOString();
        absorb(await ask({ limit: FIRST, cursor: justAfter }), justAfter);
      }
      show();
    } catch (error) {
      failed(error);
    }
  };

  let loading: Promise<void> | undefined;
  /** Loads what comes next; who asks while that is on its way gets the same. */
  const loadMore = (): Promise<void> => {
    loading ??= loadNext().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  const canLoadMore = (): boolean => !isClosed && cursor !== undefined && shown.size < MAX_ROWS;

  const loadNext = async (): Promise<void> => {
    if (!canLoadMore()) return;
    change({ isLoadingMore: true });
    try {
      const asked = cursor;
      const page = await ask({ limit: MORE, cursor: asked });
      // The list may have been cut or begun anew meanwhile.
      if (cursor !== asked) return change({ isLoadingMore: false });
      for (const row of page.calls.map(rowOf)) shown.set(row.pk, row);
      cursor = page.cursor;
      show({ isLoadingMore: false, error: undefined, lookedBackTo: placeOf(cursor) });
    } catch (error) {
      failed(error);
    }
  };

  /** A rare filter ends a page early: goes on until there is something to see. */
  const fill = async (): Promise<void> => {
    while (canLoadMore() && shown.size < FEW && !state.get().error) await loadMore();
  };

  return {
    state,
    refresh,
    refreshGoingOn,
    loadMore: async () => {
      await loadMore();
      await fill();
    },
    hold: (holds) => {
      isHolding = holds;
      if (holds || (held.size === 0 && !outrunBy)) return;
      letIn();
      show();
    },
    close: () => {
      isClosed = true;
    },
  };
};

const newestFirst = (a: Row, b: Row): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

const placeOf = (cursor: string | undefined): string | undefined =>
  /\d{4}-\d\d-\d\d(T[\d:.]+Z)?/.exec(cursor ?? '')?.[0];

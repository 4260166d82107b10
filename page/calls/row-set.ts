import { isGoingOn } from '../../shared/calls/going-on.ts';
import type { CallView } from '../../shared/calls/view.ts';
import { serverNow } from '../api/server-time.ts';
import { GOING_ON_MS, type Row, rowOf } from './row.ts';

/** A page of the API's answer. */
export type CallPage = { calls: CallView[]; cursor?: string };

/** The known calls, each once: shown or held back, and those in progress. */
export type RowSet = {
  /** Newest first, without those in progress. */
  rows: () => Row[];
  goingOn: () => Row[];
  size: () => number;
  heldSize: () => number;
  newestAt: () => string;
  /**
   * Merges the API's calls between two positions in time, and drops those that it no longer has.
   * Returns the new ones.
   */
  absorb: (page: CallPage, isHolding: boolean, above?: string) => Set<string>;
  /** Adds older calls. */
  append: (page: CallPage) => void;
  /** Replaces all calls. */
  replace: (page: CallPage) => void;
  letIn: () => void;
  /** Sets the calls in progress; returns those that have ended. */
  setGoingOn: (rows: readonly Row[]) => Row[];
  /** Drops the oldest calls; returns the position in time where the rest ends. */
  keepNewest: (most: number) => string | undefined;
};

export const rowSet = (): RowSet => {
  const shown = new Map<string, Row>();
  const held = new Map<string, Row>();
  /**
   * Calls missing from the API's last answer. An index can lag behind, so missing once proves
   * nothing.
   */
  const missing = new Set<string>();
  let goingOn = new Map<string, Row>();

  const show = (row: Row): void => {
    shown.set(row.pk, row);
    noteProgress(row);
  };
  const noteProgress = (row: Row): void => {
    if (isGoingOn(row) && Date.parse(row.time) > serverNow() - GOING_ON_MS) goingOn.set(row.pk, row);
    else goingOn.delete(row.pk);
  };
  const forget = (pk: string): void => {
    for (const known of [shown, missing, goingOn]) known.delete(pk);
  };
  const dropWhatIsGone = ({ cursor }: CallPage, rows: readonly Row[], above: string): void => {
    // Calls that an id finds directly do not cover a span of time.
    if (cursor?.startsWith('~')) return;
    const listed = new Set(rows.map(({ pk }) => pk));
    const below = cursor === undefined ? '' : (rows.at(-1)?.at ?? above);
    for (const { pk, at } of shown.values()) {
      const isAsked = at < above && at >= below;
      if (listed.has(pk)) missing.delete(pk);
      else if (isAsked && missing.has(pk)) forget(pk);
      else if (isAsked) missing.add(pk);
    }
  };

  return {
    rows: () =>
      [...shown.values()].filter((row) => !isGoingOn(row) || !goingOn.has(row.pk)).sort(newestFirst),
    goingOn: () => [...goingOn.values()].sort(newestFirst),
    size: () => shown.size,
    heldSize: () => held.size,
    newestAt: () =>
      [...shown.values(), ...held.values()].reduce((newest, { at }) => (at > newest ? at : newest), ''),
    absorb: (page, isHolding, above = '~') => {
      const rows = page.calls.map(rowOf);
      const fresh = rows.filter(({ pk }) => !shown.has(pk) && !held.has(pk)).map(({ pk }) => pk);
      for (const row of rows) {
        if (!isHolding || shown.has(row.pk)) show(row);
        else {
          held.set(row.pk, row);
          noteProgress(row);
        }
      }
      dropWhatIsGone(page, rows, above);
      return new Set(fresh);
    },
    append: (page) => page.calls.map(rowOf).forEach(show),
    replace: (page) => {
      for (const known of [shown, held, missing]) known.clear();
      page.calls.map(rowOf).forEach(show);
    },
    letIn: () => {
      for (const [pk, row] of held) shown.set(pk, row);
      held.clear();
    },
    setGoingOn: (rows) => {
      const before = goingOn;
      goingOn = new Map(rows.map((row) => [row.pk, row]));
      return [...before.values()].filter(({ pk }) => !goingOn.has(pk));
    },
    keepNewest: (most) => {
      const kept = [...shown.values()].sort(newestFirst).slice(0, most);
      shown.clear();
      for (const row of kept) shown.set(row.pk, row);
      return kept.at(-1)?.at;
    },
  };
};

const newestFirst = (a: Row, b: Row): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

import { queryCalls } from '../../../shared/calls/query.ts';
import { type CallView, listed } from '../../../shared/calls/view.ts';
import { count } from '../command.ts';
import { commandLine, type Given, quoted } from './as-options.ts';
import type { Asked } from './options.ts';
import { jsonLine, printLines, startStatus } from './output.ts';
import { tableOf } from './table.ts';
import { clock, localTime } from './words.ts';

/** How calls are listed. */
export type Listing = {
  asked: Asked;
  given: Given;
  /** All pages, beyond the limit. */
  all: boolean;
  json: boolean;
  /** The columns of a line. */
  width: number;
  signal: AbortSignal;
};

const ALL_PAGE = 200;

// After this time, what was found is printed and the search continues.
const PATIENCE_MS = 2_000;

/** Prints the matching calls, newest first, then their number and how to continue. */
export const listCalls = async (listing: Listing): Promise<void> => {
  const { asked, all, json, width } = listing;
  const { zone } = asked.filters;
  const linesOf = json ? (calls: CallView[]) => calls.map(jsonLine) : tableOf(zone, width);
  if (!json) await printLines([`${periodOf(asked)}, newest first`]);
  const totals = { calls: 0, answered: 0, unanswered: 0, talkSeconds: 0, withIssues: 0 };
  let [cursor, newest, isInterrupted] = [asked.cursor, '', false];
  const status = startStatus();
  // Rows that are printed together have the same columns.
  const enough = json ? 1 : all ? ALL_PAGE / 2 : asked.limit;
  const waiting: CallView[] = [];
  let flushedAt = Date.now();
  const flush = (): Promise<void> => {
    status.clear();
    flushedAt = Date.now();
    return printLines(linesOf(waiting.splice(0)));
  };
  try {
    for await (const page of pagesOf(listing)) {
      waiting.push(...page.calls);
      for (const call of page.calls) add(totals, call);
      if (waiting.length >= enough || Date.now() - flushedAt > PATIENCE_MS) await flush();
      newest ||= page.calls[0]?.pk ?? '';
      cursor = page.cursor;
      status.show(progressOf(totals.calls, cursor, zone));
    }
  } catch (error) {
    if (!listing.signal.aborted) throw error;
    isInterrupted = true;
  } finally {
    await flush();
  }
  const end = endOf(listing, totals, { cursor, newest, isInterrupted });
  if (!json) await printLines([end]);
  // A program that reads calls notices their end, but not that there are more.
  else if (cursor !== undefined) process.stderr.write(`${end}\n`);
};

type Page = { calls: CallView[]; cursor: string | undefined };

/** Pages up to the limit, or to the end. A call that moved in time meanwhile comes only once. */
async function* pagesOf({ asked, all, signal }: Listing): AsyncGenerator<Page, void> {
  const { filters, limit } = asked;
  const seen = new Set<string>();
  let { cursor } = asked;
  do {
    const page = await queryCalls(filters, {
      limit: all ? ALL_PAGE : limit - seen.size,
      cursor,
      abortSignal: signal,
    });
    const calls = page.calls.filter(({ ref }) => !seen.has(ref)).map(listed);
    for (const { ref } of calls) seen.add(ref);
    cursor = page.cursor;
    yield { calls, cursor };
    // An id mostly belongs to one call, found at once; a search for others reads the whole period.
    if (!all && (seen.size >= limit || (filters.id !== undefined && seen.size > 0))) return;
  } while (cursor !== undefined);
}

/** `2026-11-01 00:00:00 to now, Asia/Shanghai`. */
const periodOf = ({ filters: { from, to, zone } }: Asked): string =>
  `${localTime(from, zone)} to ${to === undefined ? 'now' : localTime(to, zone)}, ${zone}`;

const progressOf = (calls: number, cursor: string | undefined, zone: string): string => {
  const [time = ''] = cursor?.replace('~', '').split('#') ?? [];
  const place = time ? `, back to ${localTime(time, zone)}` : '';
  return `Searching: ${calls}${place}`;
};

type Totals = {
  calls: number;
  answered: number;
  unanswered: number;
  talkSeconds: number;
  withIssues: number;
};

const add = (totals: Totals, { answered, talkSeconds = 0, issues }: CallView): void => {
  totals.calls++;
  totals.talkSeconds += talkSeconds;
  if (answered) totals.answered++;
  if (answered === false) totals.unanswered++;
  if (issues) totals.withIssues++;
};

type End = { cursor: string | undefined; newest: string; isInterrupted: boolean };

const endOf = ({ asked, given }: Listing, totals: Totals, { cursor, newest, isInterrupted }: End): string => {
  const what = `${isInterrupted ? 'Interrupted: ' : ''}${told(totals)}`;
  if (cursor !== undefined) return `${what}. Next: ${commandLine(given, { cursor, all: false })}`;
  if (isInterrupted) return `${what}. Again: ${commandLine(given)}`;
  if (totals.calls === 0) return `${what}${adviceOf(asked)}`;
  return `${what}, and no more. One of them: npm run calls -- ${stageOf(given)}${quoted(newest)}`;
};

const stageOf = (given: Given): string =>
  ['stage', 'region']
    .filter((name) => given[name] !== undefined)
    .map((name) => `--${name} ${quoted(String(given[name]))} `)
    .join('');

const told = ({ calls, answered, unanswered, talkSeconds, withIssues }: Totals): string => {
  if (calls === 0) return 'No calls';
  const parts = [count(calls, 'call')];
  if (answered > 0) parts.push(`${answered} answered`);
  if (unanswered > 0) parts.push(`${unanswered} unanswered`);
  if (talkSeconds > 0) parts.push(`${clock(talkSeconds)} talked`);
  if (withIssues > 0) parts.push(`${withIssues} with unreadable fields (!)`);
  return parts.join(', ');
};

const SHORT_NUMBER = 7;

const adviceOf = ({ filters, cursor }: Asked): string => {
  const short = (['number', 'caller', 'callee'] as const).find((name) => isShort(filters[name]));
  if (short) return `: --${short} needs a whole number, or at least its last ${SHORT_NUMBER} digits.`;
  if (cursor !== undefined) return ' after this cursor.';
  return `: give an earlier --from or fewer filters.`;
};

const isShort = (written: string | undefined): boolean =>
  written !== undefined && /^[\d\s+-]+$/.test(written) && written.replace(/\D/g, '').length < SHORT_NUMBER;

/** The call with a `ref` in the period, or undefined. */
export const findByRef = async (
  { filters }: Asked,
  ref: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const status = startStatus();
  let cursor: string | undefined;
  try {
    do {
      const page = await queryCalls({ ...filters, ref }, { limit: ALL_PAGE, cursor, abortSignal: signal });
      if (page.calls[0]) return page.calls[0].pk;
      cursor = page.cursor;
      status.show(progressOf(0, cursor, filters.zone));
    } while (cursor !== undefined);
    return undefined;
  } finally {
    status.clear();
  }
};

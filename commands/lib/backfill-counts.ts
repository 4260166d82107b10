import type { CallItem } from '../../shared/calls/item.ts';
import type { Job } from '../../shared/recordings/job.ts';
import { printable } from '../../shared/telemetry/printable.ts';
import type { Settled, Wanted } from './backfill.ts';
import { count, type Result } from './command.ts';

/** A recording that could not be archived, and why. */
type Failure = { pk: string; kind: string; reason: string };

/**
 * What there was to archive, and the result. A name that ends in `Before` counts what was so before
 * this run.
 */
export type Counts = {
  calls: number;
  /** Recordings to request. */
  wanted: number;
  archived: number;
  waiting: number;
  gone: number;
  failed: Failure[];
  archivedBefore: number;
  waitingBefore: number;
  failedBefore: Failure[];
  /** Calls that name a recording without a link to it. */
  withoutLink: number;
};

export const noCounts = (): Counts => ({
  ...{ calls: 0, wanted: 0, archived: 0, waiting: 0, gone: 0, failed: [] },
  ...{ archivedBefore: 0, waitingBefore: 0, failedBefore: [], withoutLink: 0 },
});

/** Whether to request a recording from the archiver; counts it if not. */
export const isToDo = (counts: Counts, { job, need, reason }: Wanted, again: boolean): boolean => {
  if (need === 'unasked' || (need === 'failed' && again)) return true;
  if (need === 'failed') counts.failedBefore.push(failureOf(job, reason));
  else counts[`${need}Before`]++;
  return false;
};

export const countCall = (counts: Counts, call: CallItem, wanted: Wanted[]): void => {
  counts.calls++;
  counts.wanted += wanted.length;
  if (call.recordingId !== undefined && call.recordingUrl === undefined) counts.withoutLink++;
};

export const countSettled = (counts: Counts, { job, state, reason }: Settled): void => {
  if (state === 'failed') counts.failed.push(failureOf(job, reason));
  else counts[state]++;
};

const failureOf = ({ pk, kind }: Job, reason = ''): Failure => ({ pk, kind, reason });

/**
 * The result, or with `isDry` what it would be, as text and data. `left` are still in the queue.
 */
export const tell = (
  counts: Counts,
  { isDry, left, problem }: { isDry: boolean; left: number; problem?: string | undefined },
): Result => {
  const { calls, wanted, archived, waiting, gone, failed, withoutLink, failedBefore } = counts;
  const asked = archived + waiting + gone + failed.length + left;
  const done = [
    `${archived} archived`,
    waiting > 0 && `${waiting} not available yet, retried for two days`,
    failed.length > 0 && `${failed.length} failed`,
    gone > 0 && `${gone} of calls that no longer exist`,
    left > 0 && `${left} still in the queue`,
  ];
  const before = [
    `${counts.archivedBefore} archived`,
    `${counts.waitingBefore} waiting for a retry`,
    `${failedBefore.length} failed${failedBefore.length > 0 ? ' (--failed retries them)' : ''}`,
  ];
  const lines = [
    `${count(calls, 'call')} read.`,
    isDry
      ? `Would request ${count(wanted, 'recording')}.`
      : `Requested ${count(asked, 'recording')}: ${listOf(done)}.`,
    `Before: ${listOf(before)}.`,
    ...linesOf('Failed', failed),
    ...linesOf('Failed before', failedBefore),
  ];
  if (withoutLink > 0)
    lines.push(`${count(withoutLink, 'call')} with a recording's id but no link, so it cannot be fetched.`);
  return { text: lines.join('\n'), data: { ...counts, left }, problem };
};

const listOf = (parts: (string | false)[]): string => parts.filter(Boolean).join(', ');

const MAX_NAMED = 10;

const linesOf = (title: string, failures: Failure[]): string[] => {
  if (failures.length === 0) return [];
  const named = failures.slice(0, MAX_NAMED);
  const others = failures.length - named.length;
  return [
    `${title}:`,
    ...named.map(({ pk, kind, reason }) => printable(`  ${pk}  ${kind}  ${reason}`)),
    ...(others > 0 ? [`  and ${others} more; --json lists all`] : []),
  ];
};

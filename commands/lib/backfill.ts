import { setTimeout as sleep } from 'node:timers/promises';
import type { Recording } from '../../shared/calls/call.ts';
import type { CallItem } from '../../shared/calls/item.ts';
import { partOf } from '../../shared/calls/playback.ts';
import { readCalls } from '../../shared/calls/read-calls.ts';
import { LINK_CHANGED } from '../../shared/calls/recordings.ts';
import { isLive } from '../../shared/deliveries/expiry.ts';
import { type Job, jobsOf } from '../../shared/recordings/job.ts';
import { sendJobs } from '../../shared/recordings/queue.ts';

/** Whether to request a recording, or its present state. */
export type Need = 'unasked' | Recording['state'];

/** A recording with a link, and its call. */
export type Wanted = { job: Job; need: Need; reason?: string | undefined; at?: string | undefined };

/** The recordings of a call that have a link. */
export const wantedOf = (call: CallItem): Wanted[] =>
  jobsOf(call).map((job) => {
    const { recording } = partOf(call, job.kind);
    return { job, need: needOf(recording), reason: recording?.reason, at: recording?.at };
  });

const needOf = (recording: Recording | undefined): Need =>
  recording === undefined || recording.reason === LINK_CHANGED ? 'unasked' : recording.state;

/** The archiver's result for a requested recording; `gone`: its call no longer exists. */
export type Settled = { job: Job; state: Recording['state'] | 'gone'; reason?: string | undefined };

// The queue holds only this many at once, so that a new call's recording does not wait behind all
// old ones.
const AT_ONCE = 100;

type Options = { pollMs: number; patienceMs: number; signal: AbortSignal };

/**
 * Requests recordings from the archiver, a few at a time, and yields the result of each. Stops if
 * the signal aborts, or if nothing happens for `patience`; `unsettled` then has those without a
 * result.
 */
export const startAsking = ({ pollMs, patienceMs, signal }: Options) => {
  const unsettled = new Map<string, Wanted>();
  let waitedMs = 0;
  const isStopped = (): boolean => signal.aborted || waitedMs > patienceMs;

  /** Waits until at most this many are unsettled. */
  async function* settle(most: number): AsyncGenerator<Settled, void> {
    while (unsettled.size > most && !isStopped()) {
      const settled = await settledOf([...unsettled.values()], signal);
      for (const { job } of settled) unsettled.delete(keyOf(job));
      waitedMs = settled.length > 0 ? 0 : waitedMs + pollMs;
      yield* settled;
      if (settled.length === 0) await sleep(pollMs, undefined, { signal }).catch(() => {});
    }
  }

  async function* ask(wanted: Wanted[]): AsyncGenerator<Settled, void> {
    yield* settle(AT_ONCE - wanted.length);
    if (isStopped()) return;
    const jobs = wanted.map(({ job }) => job);
    const refused = await sendJobs(jobs, signal);
    for (const one of wanted.filter(({ job }) => !refused.includes(job))) unsettled.set(keyOf(one.job), one);
    yield* refused.map((job) => ({ job, state: 'failed' as const, reason: 'SQS did not accept it' }));
  }

  return { unsettled, isStopped, settle, ask };
};

const keyOf = ({ pk, kind }: Job): string => `${kind} ${pk}`;

const settledOf = async (asked: Wanted[], signal: AbortSignal): Promise<Settled[]> => {
  const calls = await readCalls([...new Set(asked.map(({ job }) => job.pk))], signal);
  return asked.flatMap(({ job, at }): Settled[] => {
    if (!calls.has(job.pk)) return [];
    const call = calls.get(job.pk);
    if (call === undefined || !isLive(call)) return [{ job, state: 'gone' }];
    const { recording } = partOf(call, job.kind);
    const { state, reason } = recording ?? {};
    const isNew = state !== undefined && needOf(recording) !== 'unasked' && recording?.at !== at;
    return isNew ? [{ job, state, reason }] : [];
  });
};

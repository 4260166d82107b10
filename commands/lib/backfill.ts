import { setTimeout as sleep } from 'node:timers/promises';
import type { Recording } from '../../shared/calls/call.ts';
import type { CallItem } from '../../shared/calls/item.ts';
import { partOf } from '../../shared/calls/playback.ts';
import { readCalls } from '../../shared/calls/read-calls.ts';
import { LINK_CHANGED } from '../../shared/calls/recordings.ts';
import { isLive } from '../../shared/deliveries/expiry.ts';
import { type Job, jobsOf } from '../../shared/recordings/job.ts';
import { sendJobs } from '../../shared/recordings/queue.ts';

/** Whether a recording is to be asked for, or what it is already. */
export type Need = 'unasked' | Recording['state'];

/** A recording of a call that has a link. */
export type Wanted = { job: Job; need: Need; reason?: string | undefined; at?: string | undefined };

/** The recordings of a call that have a link. */
export const wantedOf = (call: CallItem): Wanted[] =>
  jobsOf(call).map((job) => {
    const { recording } = partOf(call, job.kind);
    return { job, need: needOf(recording), reason: recording?.reason, at: recording?.at };
  });

const needOf = (recording: Recording | undefined): Need =>
  recording === undefined || recording.reason === LINK_CHANGED ? 'unasked' : recording.state;

/** What the archiver did with a recording that it was asked for; `gone`: its call is not there any more. */
export type Settled = { job: Job; state: Recording['state'] | 'gone'; reason?: string | undefined };

// So many are in the queue at once, for a new call's recording not to wait behind all of the past.
const AT_ONCE = 100;

type Options = { pollMs: number; patienceMs: number; signal: AbortSignal };

/**
 * Asks the archiver for recordings, not many at once, and tells what it did with each. Stops if the signal aborts or nothing happens for
 * the time of patience; `unsettled` has then those that it did nothing with yet.
 */
export const startAsking = ({ pollMs, patienceMs, signal }: Options) => {
  const unsettled = new Map<string, Wanted>();
  let waitedMs = 0;
  const isStopped = (): boolean => signal.aborted || waitedMs > patienceMs;

  /** Waits until there are at most so many. */
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
    yield* refused.map((job) => ({ job, state: 'failed' as const, reason: 'SQS did not take it' }));
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

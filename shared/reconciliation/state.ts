import type { Run, Source, Summary } from './run.ts';
import type { Period, Started } from './windows.ts';

/** The run of a period, finished or not, as it was last saved; undefined if there is none. */
export const readRun = (_period: Period, _abortSignal: AbortSignal): Promise<Run | undefined> =>
  Promise.reject(new Error('not written yet'));

/** What was last started by the schedule, or by the command. */
export const lastStarted = (_source: Source, _abortSignal: AbortSignal): Promise<Started | undefined> =>
  Promise.reject(new Error('not written yet'));

/** What the last finished run found. */
export const latestSummary = (_abortSignal: AbortSignal): Promise<Summary | undefined> =>
  Promise.reject(new Error('not written yet'));

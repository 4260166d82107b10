import type { CallListOptions } from '../nxcloud/call-list.ts';
import type { Run, Source } from './run.ts';
import type { Period } from './windows.ts';

export type ReconcileOptions = {
  provider: Omit<CallListOptions, 'signal' | 'onNameless'>;
  source: Source;
  /** Only compares: writes and sends nothing. */
  dryRun?: boolean;
  /** Also sends what the list says more of a call than its callbacks. */
  enrich?: boolean;
  /** Ends the run, which is answered unfinished. */
  signal: AbortSignal;
  /** Asked before each window; the run is answered unfinished if not. */
  mayGoOn?: () => boolean;
  onProgress?: (run: Run) => void;
};

/**
 * Compares the calls of a period with NXCloud's list: puts those that are missing into the queue `QUEUE_URL`, and reports what differs. A
 * period whose run was not finished goes on where it was. Rejects with Unlisted if NXCloud does not list; what was compared is saved then.
 */
export const reconcile = (_period: Period, _options: ReconcileOptions): Promise<Run> =>
  Promise.reject(new Error('not written yet'));

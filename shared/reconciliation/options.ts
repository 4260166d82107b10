import type { CallListOptions } from '../nxcloud/call-list.ts';
import type { Run, Source } from './run.ts';

export type ReconcileOptions = {
  provider: Omit<CallListOptions, 'signal' | 'onNameless'>;
  source: Source;
  /** Only compares: writes and sends nothing. */
  dryRun?: boolean;
  /** Also sends what the list says more of a call than its callbacks. */
  enrich?: boolean;
  /** Ends the run, which is answered unfinished. */
  signal: AbortSignal;
  /** Asked before each window but the first; the run is answered unfinished if not. */
  mayGoOn?: () => boolean;
  onProgress?: (run: Run) => void;
};

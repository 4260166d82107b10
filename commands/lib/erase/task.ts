import type { Deleted } from '../../../shared/erasure/certificate.ts';
import type { FoundCall } from '../../../shared/erasure/find.ts';
import type { FoundRejected } from '../../../shared/erasure/rejected.ts';
import type { Subject } from '../../../shared/erasure/subject.ts';
import type { Stage } from '../stage.ts';
import type { WorkQueue } from '../work-queues.ts';

/** What is to be erased, and where. */
export type Task = {
  subject: Subject;
  calls: readonly FoundCall[];
  rejected: readonly FoundRejected[];
  stage: Stage;
  queues: readonly WorkQueue[];
  patienceMs: number;
  signal: AbortSignal;
};

/** What was done, also if the rest could not be; `problem` says why it is not all. */
export type Erasure = {
  deleted: Deleted;
  refs: string[];
  /** Reports of reconciliations that are not finished, and write again what they have in memory. */
  reportsUnderWay: number;
  problem?: string;
};

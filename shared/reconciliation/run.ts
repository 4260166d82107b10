import type { Period } from './windows.ts';

/** A call in a report; `at` is when it began. */
export type Found = { pk: string; at: string };

/** A field of which the list says something else than the callbacks; `ours` is absent if they said that there is nothing. */
export type Difference = { ours?: unknown; theirs: unknown };

/** A call of which the list says something else, field by field. */
export type Different = Found & { fields: Record<string, Difference> };

/** How far a comparison is, and what it has found. Lists keep the first of what they tell of, the counts are of all. */
export type Run = Period & {
  startedAt: string;
  finishedAt?: string;
  /** What began before is compared. */
  position: string;
  /** Calls that were listed, each once. */
  compared: number;
  /** We have no such call. */
  missing: Found[];
  missingCount: number;
  /** By the hour in which they began: `2026-11-26T10`, UTC. */
  missingByHour: Record<string, number>;
  /** Missing calls that were put into the queue, as a callback does. */
  filled: number;
  /** Missing calls that were erased here. They stay so. */
  erased: number;
  different: Different[];
  differentCount: number;
  /** Calls of which the list says more than the callbacks, and nothing else. */
  additional: number;
  /** Of these, those that were put into the queue. */
  enriched: number;
  /** We have the call, the list has not. */
  unexpected: Found[];
  unexpectedCount: number;
  /** Listed rows that are no call, having no usable callId. */
  unreadable: number;
  /** What a run needs to go on; gone once it has finished. */
  open?: Open;
};

/** What a run needs to go on. */
export type Open = {
  /** The missing calls of the window at `position`: they stay missing once they were filled. */
  filling: Found[];
  /** The `ref`s of the calls that the next window can list again. */
  listed: string[];
  /** Calls that no window has listed yet, and that a later one can list, since they ended later. */
  unlisted: (Found & { endedAt: string })[];
  /** How many calls NXCloud was asked for singly. */
  asked: number;
};

/** Who started a run. */
export type Source = 'schedule' | 'command';

/** What the last finished run found, without anything of a person. */
export type Summary = Period & {
  /** When it finished. */
  at: string;
  source: Source;
  compared: number;
  missing: number;
  filled: number;
  different: number;
  unexpected: number;
  erased: number;
};

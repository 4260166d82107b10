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
  /** Listed calls that began longer ago than calls are kept. They are not compared. */
  expired: number;
  /** Listed rows that are no call, having no usable callId. */
  unreadable: number;
  /** What a run needs to go on; gone once it has finished. */
  open?: Open;
};

/** What a run needs to go on. */
export type Open = {
  /** The missing calls of the window at `position`: they stay missing once they were filled. */
  filling: Found[];
  /** The `ref`s of the calls of the last window: the next one can list some again. */
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

/** A run that begins. */
export const begunRun = ({ from, to }: Period): Run => ({
  ...{ from, to, startedAt: new Date().toISOString(), position: from },
  ...{ compared: 0, filled: 0, erased: 0, additional: 0, enriched: 0, expired: 0, unreadable: 0 },
  ...{ missing: [], missingCount: 0, missingByHour: {} },
  ...{ different: [], differentCount: 0, unexpected: [], unexpectedCount: 0 },
  open: { filling: [], listed: [], unlisted: [], asked: 0 },
});

const MAX_ENTRIES = 1_000;

/** Adds a missing call to a run. */
export const addMissing = (run: Run, { pk, at }: Found): void => {
  const hour = at.slice(0, 'YYYY-MM-DDTHH'.length);
  run.missingCount++;
  run.missingByHour[hour] = (run.missingByHour[hour] ?? 0) + 1;
  if (run.missing.length < MAX_ENTRIES) run.missing.push({ pk, at });
};

/** Adds a call that differs to a run. */
export const addDifferent = (run: Run, different: Different): void => {
  run.differentCount++;
  if (run.different.length < MAX_ENTRIES) run.different.push(different);
};

/** Adds a call that is not listed to a run. */
export const addUnexpected = (run: Run, { pk, at }: Found): void => {
  run.unexpectedCount++;
  if (run.unexpected.length < MAX_ENTRIES) run.unexpected.push({ pk, at });
};

/** What a finished run found, in numbers. */
export const summaryOf = (run: Run, source: Source): Summary => ({
  from: run.from,
  to: run.to,
  at: run.finishedAt ?? '',
  source,
  compared: run.compared,
  missing: run.missingCount,
  filled: run.filled,
  different: run.differentCount,
  unexpected: run.unexpectedCount,
  erased: run.erased,
});

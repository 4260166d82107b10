import * as v from 'valibot';
import type { Period } from './windows.ts';

const time = v.pipe(v.string(), v.isoTimestamp());
const period = { from: time, to: time };

/** A call in a report; `at` is when it began. */
export type Found = v.InferOutput<typeof Found>;
const Found = v.object({ pk: v.string(), at: v.string() });

/** A field of which the list says something else than the callbacks; `ours` is absent if they said that there is nothing. */
export type Difference = v.InferOutput<typeof Difference>;
const Difference = v.object({ ours: v.optional(v.unknown()), theirs: v.unknown() });

/** A call of which the list says something else, field by field. */
export type Different = v.InferOutput<typeof Different>;
const Different = v.object({ ...Found.entries, fields: v.record(v.string(), Difference) });

/** What a run needs to go on. */
export type Open = v.InferOutput<typeof Open>;
const Open = v.object({
  /** The missing calls of the window at `position`: they stay missing once they were filled. */
  filling: v.array(Found),
  /** The `ref`s of the calls of the last window: the next one can list some again. */
  listed: v.array(v.string()),
  /** Calls that no window has listed yet, and that a later one can list, since they ended later. */
  unlisted: v.array(v.object({ ...Found.entries, endedAt: v.string() })),
  /** How many calls NXCloud was asked for singly. */
  asked: v.number(),
});

/** How far a comparison is, and what it has found. Lists keep the first of what they tell of, the counts are of all. */
export type Run = v.InferOutput<typeof Run>;
export const Run = v.object({
  ...period,
  startedAt: time,
  finishedAt: v.exactOptional(time),
  /** What began before is compared. */
  position: time,
  /** Calls that were listed, each once. */
  compared: v.number(),
  /** We have no such call. */
  missing: v.array(Found),
  missingCount: v.number(),
  /** By the hour in which they began: `2026-11-26T10`, UTC. */
  missingByHour: v.record(v.string(), v.number()),
  /** Missing calls that were put into the queue, as a callback does. */
  filled: v.number(),
  /** Missing calls that were erased here. They stay so. */
  erased: v.number(),
  different: v.array(Different),
  differentCount: v.number(),
  /** Calls of which the list says more than the callbacks, and nothing else. */
  additional: v.number(),
  /** Of these, those that were put into the queue. */
  enriched: v.number(),
  /** We have the call, the list has not. */
  unexpected: v.array(Found),
  unexpectedCount: v.number(),
  /** Listed calls that began longer ago than calls are kept. They are not compared. */
  expired: v.number(),
  /** Listed rows that are no call, having no usable callId. */
  unreadable: v.number(),
  /** What a run needs to go on; gone once it has finished. */
  open: v.exactOptional(Open),
});

/** A run that was started. */
export type Started = v.InferOutput<typeof Started>;
export const Started = v.object({ ...period, startedAt: time, finishedAt: v.exactOptional(time) });

/** Who started a run. */
export type Source = v.InferOutput<typeof Source>;
const Source = v.picklist(['schedule', 'command']);

/** What the last finished run found, without anything of a person. */
export type Summary = v.InferOutput<typeof Summary>;
export const Summary = v.object({
  ...period,
  /** When it finished. */
  at: time,
  source: Source,
  compared: v.number(),
  missing: v.number(),
  filled: v.number(),
  different: v.number(),
  unexpected: v.number(),
  erased: v.number(),
});

/** A run that begins. */
export const begunRun = ({ from, to }: Period): Run => ({
  ...{ from, to, startedAt: new Date().toISOString(), position: from },
  ...{ compared: 0, filled: 0, erased: 0, additional: 0, enriched: 0, expired: 0, unreadable: 0 },
  ...{ missing: [], missingCount: 0, missingByHour: {} },
  ...{ different: [], differentCount: 0, unexpected: [], unexpectedCount: 0 },
  open: { filling: [], listed: [], unlisted: [], asked: 0 },
});

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

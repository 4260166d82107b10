/**
 * The kind of a segment. `gap`: nothing in this lane; `connected`: the line was open, but it is
 * unknown whether anybody talked.
 */
export type SegmentKind =
  | 'connecting'
  | 'calling'
  | 'ivr'
  | 'queue'
  | 'ring'
  | 'wait'
  | 'talk'
  | 'connected'
  | 'wrapUp'
  | 'gap';

/** A segment of a lane, in milliseconds since 1970. */
export type Segment = { kind: SegmentKind; from: number; to: number };

/**
 * The time from which a lane is in a state. A call never returns to a lower rank, whatever its
 * times say.
 */
export type Step = { at: number; rank: number; kind: SegmentKind };

/** The ranks of steps. Steps before an answer can come in any order. */
export const RANK = { started: 0, onTheWay: 1, answered: 2, agentAnswered: 3, ended: 4, after: 5 } as const;

/**
 * The segments of steps: without gaps in time from `from` to `to`, none empty, no two neighbours of
 * one kind.
 */
export const segmentsOf = (steps: readonly Step[], from: number, to: number): Segment[] => {
  const states: Step[] = [{ at: from, rank: -1, kind: 'gap' }];
  for (const step of steps.toSorted((a, b) => a.at - b.at || a.rank - b.rank)) {
    if (step.rank >= (states.at(-1)?.rank ?? 0)) states.push(step);
  }
  const segments: Segment[] = [];
  for (const [n, { at, kind }] of states.entries()) {
    const end = states[n + 1]?.at ?? to;
    const last = segments.at(-1);
    if (end <= at) continue;
    if (last?.kind === kind) last.to = end;
    else segments.push({ kind, from: at, to: end });
  }
  return segments;
};

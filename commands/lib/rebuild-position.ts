import type { Projection } from '../../shared/calls/projection.ts';
import { allSegments, type Segment } from './page-scan.ts';
import type { Projected } from './projecting.ts';

/** The progress of a rebuild. */
export type Position = {
  deliveries: Segment[];
  calls: Segment[];
  /** How many deliveries were read. */
  seen: number;
  outcomes: Partial<Record<Projection['outcome'], number>>;
  /** Some of the calls that the current schemas cannot read. */
  unreadable: string[];
};

const SEGMENTS = 16;

/** The start of a rebuild. */
export const startPosition = (): Position => ({
  deliveries: allSegments(SEGMENTS),
  calls: allSegments(SEGMENTS),
  seen: 0,
  outcomes: {},
  unreadable: [],
});

const MAX_NAMED = 5;

/** Counts the results of calls. */
export const countOutcomes = (position: Position, projected: readonly Projected[]): void => {
  for (const { pk, outcome } of projected) {
    position.outcomes[outcome] = (position.outcomes[outcome] ?? 0) + 1;
    if (outcome === 'unreadable' && position.unreadable.length < MAX_NAMED) position.unreadable.push(pk);
  }
};

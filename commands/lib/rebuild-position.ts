import type { Projection } from '../../shared/calls/project.ts';
import { allSegments, type Segment } from './page-scan.ts';
import type { Projected } from './projecting.ts';

/** How far a rebuild has come. */
export type Position = {
  deliveries: Segment[];
  calls: Segment[];
  /** How many deliveries were looked at. */
  seen: number;
  outcomes: Partial<Record<Projection['outcome'], number>>;
  /** Some of the calls that today's schemas cannot read. */
  unreadable: string[];
};

const SEGMENTS = 16;

/** Where a rebuild starts. */
export const startPosition = (): Position => ({
  deliveries: allSegments(SEGMENTS),
  calls: allSegments(SEGMENTS),
  seen: 0,
  outcomes: {},
  unreadable: [],
});

const MAX_NAMED = 5;

/** Counts what became of calls. */
export const countOutcomes = (position: Position, projected: readonly Projected[]): void => {
  for (const { pk, outcome } of projected) {
    position.outcomes[outcome] = (position.outcomes[outcome] ?? 0) + 1;
    if (outcome === 'unreadable' && position.unreadable.length < MAX_NAMED) position.unreadable.push(pk);
  }
};

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Projection } from '../../shared/calls/project.ts';
import { CommandError } from './command-error.ts';
import { allSegments, type Segment } from './key-scan.ts';
import type { Projected } from './projecting.ts';
import { ROOT } from './settings.ts';

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

/**
 * Saves the position of a stage's rebuild in the folder of local data, so that it survives the
 * process.
 */
export const positionFile = ({ stage, region }: { stage: string; region: string }) => {
  const folder = process.env.DATA_DIR || join(ROOT, '.local');
  const file = join(folder, `rebuild-${stage === 'local' ? stage : `${stage}-${region}`}.json`);
  return {
    load: (): Position => {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        throw new CommandError('No rebuild of this stage was interrupted: run it without --resume.');
      }
    },
    save: (position: Position): void => {
      mkdirSync(folder, { recursive: true });
      // Keys can hold a number or a name.
      writeFileSync(`${file}.new`, JSON.stringify(position), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
    remove: (): void => rmSync(file, { force: true }),
  };
};

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Projection } from '../../shared/calls/project.ts';
import { CommandError } from './command-error.ts';
import type { DeliveryKey, Segment } from './delivery-keys.ts';
import { ROOT } from './settings.ts';

/** How many calls had which outcome. */
export type Outcomes = Partial<Record<Projection['outcome'], number>>;

/** How far a rebuild has come. */
export type Position = {
  segments: Segment[];
  deliveries: number;
  outcomes: Outcomes;
  /** Some of the calls that today's schemas cannot read. */
  unreadable: string[];
};

/** Where a rebuild starts. */
export const startPosition = (segments: number): Position => ({
  segments: Array.from({ length: segments }, () => ({ isDone: false })),
  deliveries: 0,
  outcomes: {},
  unreadable: [],
});

/** What became of a call. */
export type Projected = { pk: string; outcome: Projection['outcome'] };

const MAX_NAMED = 5;

/** Counts a page of a segment that is done. */
export const advance = (
  position: Position,
  segment: number,
  keys: readonly DeliveryKey[],
  done: readonly Projected[],
): void => {
  const after = keys.at(-1);
  if (after) position.segments[segment] = { after, isDone: false };
  position.deliveries += keys.length;
  for (const { pk, outcome } of done) {
    position.outcomes[outcome] = (position.outcomes[outcome] ?? 0) + 1;
    if (outcome === 'unreadable' && position.unreadable.length < MAX_NAMED) position.unreadable.push(pk);
  }
};

/** Keeps the position of a stage's rebuild in the folder of local data, so that it outlives the process. */
export const positionFile = ({ stage, region }: { stage: string; region: string }) => {
  const folder = process.env.DATA_DIR || join(ROOT, '.local');
  const name = stage === 'local' ? stage : `${stage}-${region}`;
  const file = join(folder, `rebuild-${name}.json`);
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
      mkdirSync(dirname(file), { recursive: true });
      // Keys can hold a number or a name.
      writeFileSync(`${file}.new`, JSON.stringify(position), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
    remove: (): void => rmSync(file, { force: true }),
  };
};

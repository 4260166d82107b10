import type { Different, Found, Run } from './run.ts';

const MAX_ENTRIES = 1_000;

/** The hour of a time: `2026-11-26T10`, UTC. */
export const hourOf = (time: string): string => time.slice(0, 'YYYY-MM-DDTHH'.length);

/** Adds a missing call to a run. */
export const addMissing = (run: Run, { pk, at }: Found): void => {
  const hour = hourOf(at);
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

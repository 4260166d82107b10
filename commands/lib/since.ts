import { isDate } from '../../shared/payload/times.ts';
import { CommandError } from './command-error.ts';

const SINCE = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * A date or time of the command line as ISO 8601 in UTC. `Date.parse` accepts too much: it reads
 * `last-7` as July 2001.
 */
export const readSince = (written: string, option = '--since'): string => {
  const [, day = ''] = SINCE.exec(written) ?? [];
  const date = new Date(isDate(day) ? written : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new CommandError(
    `${option} ${written} is not a date: write it like 2026-11-01 (UTC) or 2026-11-01T08:00+08:00.`,
  );
};

/**
 * `--since` and `--until` as the filter of calls; throws a CommandError if they are not a period.
 */
export const periodOf = (since: string, until: string | undefined) => {
  const from = readSince(since);
  const to = until === undefined ? undefined : readSince(until, '--until');
  if (to !== undefined && from >= to)
    throw new CommandError(`--since ${since} must be before --until ${until}.`);
  return { from, to };
};

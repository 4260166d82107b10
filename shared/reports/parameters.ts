import * as v from 'valibot';
import { FILTERS, filtersOf, wholeNumber } from '../calls/parameters.ts';
import { DENOMINATORS } from './counts.ts';
import { GROUPINGS, type Grouping } from './groupings.ts';
import type { ReportQuery } from './report.ts';

const SOME_GROUPINGS = new RegExp(`^(${GROUPINGS.join('|')})(,(?!\\1$)(${GROUPINGS.join('|')}))?$`);
const MAX_SECONDS = 3_600;

/** The parameters of a report, beside the filters. */
export const REPORT_TERMS = {
  by: v.optional(
    v.pipe(
      v.string(),
      v.regex(SOME_GROUPINGS, `must be one or two of ${GROUPINGS.join(', ')}, separated by a comma`),
      v.description(`What each row is of: ${GROUPINGS.join(', ')}, or two of them with a comma.`),
    ),
    'day',
  ),
  serviceLevelSeconds: v.optional(
    wholeNumber(
      0,
      MAX_SECONDS,
      'The service level counts calls that were answered within this many seconds.',
    ),
    '20',
  ),
  serviceLevelOf: v.optional(
    v.pipe(
      v.picklist(DENOMINATORS, `must be ${DENOMINATORS.join(', ')}`),
      v.description(
        'The denominator of the service level: answered or abandoned calls (queue), offered, or answered.',
      ),
    ),
    'queue',
  ),
  shortAbandonSeconds: v.optional(
    wholeNumber(
      0,
      MAX_SECONDS,
      'A caller who gives up earlier than this many seconds does not count as abandoned.',
    ),
    '5',
  ),
  compare: v.optional(
    v.pipe(
      v.picklist(['previous'], 'must be previous, or left out'),
      v.description('`previous`: also report the preceding period of the same length.'),
    ),
  ),
};

/** The parameters of a report. */
export const REPORT = { ...FILTERS, ...REPORT_TERMS };

/** The report that parameters describe; throws InvalidQuery if they are not a period. */
export const reportQueryOf = (
  parameters: v.InferOutput<v.StrictObjectSchema<typeof REPORT, undefined>>,
): ReportQuery => {
  const { by, compare, serviceLevelSeconds, serviceLevelOf, shortAbandonSeconds, ...filters } = parameters;
  return {
    filters: filtersOf(filters),
    by: by.split(',') as Grouping[],
    terms: { serviceLevelSeconds, serviceLevelOf, shortAbandonSeconds },
    isCompared: compare !== undefined,
  };
};

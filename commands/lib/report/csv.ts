import { stringify } from 'csv-stringify/sync';
import { FIGURE_NAMES } from '../../../shared/reports/figures.ts';
import type { Report, Row } from '../../../shared/reports/report.ts';

/**
 * The rows as CSV: their keys, then every figure. Without the total, which a sum over a column
 * would count again. The rows of the previous period follow, if there are any, distinguished by
 * `period`.
 */
export const csvOf = ({ by, rows, previous }: Report): string => {
  const isByAgent = by.includes('agent');
  const columns = [
    ...(previous ? ['period'] : []),
    ...by,
    ...(isByAgent ? ['agentName'] : []),
    ...FIGURE_NAMES,
  ];
  const recordsOf = (period: string, some: Row[]) =>
    some.map((row) => ({ ...row, ...Object.fromEntries(by.map((name, n) => [name, row.keys[n]])), period }));
  const records = [...recordsOf('current', rows), ...recordsOf('previous', previous?.rows ?? [])];
  // A name like =HYPERLINK(…) must stay a name.
  return stringify(records, { header: true, columns, escape_formulas: true }).trimEnd();
};

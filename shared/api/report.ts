import { readParameters } from '../calls/parameters.ts';
import { REPORT, reportQueryOf } from '../reports/parameters.ts';
import { Report, readReport } from '../reports/report.ts';
import type { Route } from './route.ts';

// Lambda answers with at most 6 MB within 30 s. The limit counts the rows of both periods.
const LIMITS = { calls: 200_000, rows: 4_000 };

export const report: Route = {
  path: '/api/report',
  operation: 'report',
  summary: 'The figures of the calls of a period, in rows. docs/reports.md defines each.',
  parameters: REPORT,
  answer: Report,
  tooMany: 'More than 200,000 calls or 4,000 rows, or more calls than can be read in time',
  handle: (query, { abortSignal }): Promise<Report> =>
    readReport(reportQueryOf(readParameters(REPORT, query)), { abortSignal, limits: LIMITS }),
};

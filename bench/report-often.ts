import { readParameters } from '../shared/calls/parameters.ts';
import { REPORT, reportQueryOf } from '../shared/reports/parameters.ts';
import { readReport } from '../shared/reports/report.ts';

/** What each of some reports took. */
export type Taken = { calls: number; rows: number; ms: number };

// Computes a report of the table CALLS_TABLE some times: the arguments are how often, and the query
// of /api/report.
const [times = '1', query = ''] = process.argv.slice(2);
const asked = reportQueryOf(readParameters(REPORT, new URLSearchParams(query)));
const all: Taken[] = [];
for (let n = 0; n < Number(times); n++) {
  const start = performance.now();
  const { rows, total } = await readReport(asked, { abortSignal: AbortSignal.timeout(600_000) });
  all.push({ calls: total.offered, rows: rows.length, ms: performance.now() - start });
}
process.stdout.write(JSON.stringify(all));

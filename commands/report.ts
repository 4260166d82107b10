import { readParameters } from '../shared/calls/parameters.ts';
import { REPORT, REPORT_TERMS, reportQueryOf } from '../shared/reports/parameters.ts';
import { type Report, type ReportQuery, readReport } from '../shared/reports/report.ts';
import { commandLine, type Given, optionsFor, readAs, usageFor } from './lib/calls/as-options.ts';
import { jsonLine, printLines, startStatus, terminalWidth } from './lib/calls/output.ts';
import { localTime } from './lib/calls/words.ts';
import { count, type Invocation, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { csvOf } from './lib/report/csv.ts';
import { notesOf } from './lib/report/notes.ts';
import { tableOf } from './lib/report/table.ts';
import { enterStage, openTables } from './lib/stage.ts';

const USAGE = `Usage: npm run report -- [--by <what>] [--compare previous] [<filters>] [--csv | --wide]

Counts the calls that match the filters, in rows. docs/reports.md defines each figure. The table shows
some of them, --json and --csv show all.

  --csv              print the rows as CSV, with "npm run -s" and nothing else
  --wide             show every column, however long the lines become
${usageFor(REPORT)}
`;

const OPTIONS = { ...optionsFor(REPORT), csv: { type: 'boolean' }, wide: { type: 'boolean' } } as const;

const report = async (invocation: Invocation<typeof OPTIONS>): Promise<undefined> => {
  const { stage, json, signal } = invocation;
  const { json: _, ...given } = { ...invocation.values } as Record<string, unknown>;
  if (json && given.csv) throw new CommandError('--json and --csv cannot be combined.');
  const query = readAs(REPORT, given, (parameters) => reportQueryOf(readParameters(REPORT, parameters)));
  enterStage(invocation, await openTables(invocation));
  const read = await readWithStatus(query, signal);
  if (json) return printLines([jsonLine({ stage, ...read })]).then(() => undefined);
  if (given.csv) return printLines([csvOf(read)]).then(() => undefined);
  const width = given.wide ? Number.MAX_SAFE_INTEGER : terminalWidth();
  await printLines([periodOf(read), ...linesOf(read, width, given), endOf(read, given)]);
  return undefined;
};

const readWithStatus = async (query: ReportQuery, abortSignal: AbortSignal): Promise<Report> => {
  const status = startStatus();
  const onProgress = (calls: number) => status.show(`Counting calls: ${calls.toLocaleString('en')}`);
  try {
    return await readReport(query, { abortSignal, onProgress });
  } catch (error) {
    throw abortSignal.aborted ? new CommandError('Interrupted.') : error;
  } finally {
    status.clear();
  }
};

const periodOf = ({ from, to, zone, previous }: Report): string => {
  const span = `${localTime(from, zone)} to ${to === undefined ? 'now' : localTime(to, zone)}, ${zone}`;
  return previous ? `${span}; before: from ${localTime(previous.from, zone)}` : span;
};

// Filters that make no sense to "npm run calls".
const NO_FILTERS = Object.fromEntries(
  [...Object.keys(optionsFor(REPORT_TERMS)), 'csv', 'wide'].map((option) => [option, undefined]),
);

const linesOf = (read: Report, width: number, given: Given): string[] =>
  read.rows.length === 0 && !read.previous?.total.offered
    ? []
    : [...tableOf(read, width), ...notesOf(read.total, commandLine(given, { ...NO_FILTERS, issues: true }))];

const endOf = ({ rows, total }: Report, given: Given): string =>
  total.offered === 0
    ? 'No calls: give an earlier --from or fewer filters.'
    : `${count(total.offered, 'call')} in ${count(rows.length, 'row')}. All figures: ${commandLine(given, { csv: true, wide: undefined }, 'report').replace('npm run', 'npm run -s')}`;

await runCommand({
  usage: USAGE,
  options: OPTIONS,
  printsFile: ({ values }) => Boolean((values as Given).csv),
  run: report,
});

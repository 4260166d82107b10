import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CallView } from '../shared/calls/view.ts';
import { callsToExport } from '../shared/exports/calls.ts';
import { ExportError } from '../shared/exports/format.ts';
import { jsonLines } from '../shared/exports/json-lines.ts';
import { printable } from '../shared/telemetry/printable.ts';
import { type Asked, readOptions, WHOLE_OPTIONS, WHOLE_USAGE } from './lib/calls/options.ts';
import { startStatus } from './lib/calls/output.ts';
import { sizeText } from './lib/calls/values.ts';
import { localTime, timeOf } from './lib/calls/words.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { EXPORT_OPTIONS, readRequest, type Wanted } from './lib/export/request.ts';
import { enterStage, openTables } from './lib/stage.ts';
import { checkPlace, writeWhole } from './lib/whole-file.ts';

const USAGE = `Usage: npm run export -- [--format <format>] [--out <file>] [<filters>]
       npm run export -- --raw [--out <file>] [<filters>]

Writes all calls that match the filters into a file, newest first. Its columns are the fields of
docs/records.md in their order, without those that can be long: forms, passthrough, ivrPath, texts over
2 KB and links over 8 KB. For Excel choose XLSX: from CSV, Excel keeps only 15 digits of an id.

  --format <format>  csv, xlsx or parquet; by default that of the file's name, else csv
  --lang <language>  the language of the headers, en or zh; en by default. Parquet uses field names
  --out <file>       calls.<format> by default; "-" prints CSV or JSON lines
  --raw              every body of these calls as received, as JSON lines
  --force            replace an existing file
${WHOLE_USAGE}
`;

const OPTIONS = { ...WHOLE_OPTIONS, ...EXPORT_OPTIONS } as const;

const exportCalls = async (invocation: Invocation<typeof OPTIONS>): Promise<Result | undefined> => {
  const { signal, values } = invocation;
  const { json: _, ...given } = { ...values } as Record<string, unknown>;
  const asked = readOptions(given);
  const wanted = readRequest(values);
  if (wanted.place !== undefined) await checkPlace(wanted.place);
  const tables = await openTables(invocation);
  enterStage(invocation, tables);
  const exporting = start(asked, wanted, signal);
  try {
    if (wanted.place === undefined) {
      await pipeline(Readable.from(exporting.bytes), process.stdout, { end: false, signal });
      return undefined;
    }
    const bytes = await writeWhole(wanted.place, exporting.bytes, signal);
    return summarize(asked, wanted.place.file, { format: wanted.name, calls: exporting.calls(), bytes });
  } catch (error) {
    if (signal.aborted)
      throw new CommandError(
        `Interrupted: ${wanted.place ? `${wanted.place.file} was not written` : 'the output is incomplete'}.`,
      );
    throw error instanceof ExportError ? new CommandError(error.message) : error;
  } finally {
    exporting.stop();
  }
};

/** The bytes of the file; reports how many calls they have so far. */
const start = ({ filters }: Asked, { format, language }: Wanted, signal: AbortSignal) => {
  const status = startStatus();
  let calls = 0;
  async function* counted(): AsyncGenerator<CallView[]> {
    for await (const batch of callsToExport(filters, signal)) {
      yield batch;
      calls += batch.length;
      const [last] = batch.slice(-1);
      status.show(
        `Exporting: ${count(calls, 'call')}${last ? `, back to ${localTime(timeOf(last), filters.zone)}` : ''}`,
      );
    }
  }
  const bytes = format?.(counted(), { language, zone: filters.zone }) ?? jsonLines(counted(), signal);
  return { bytes, calls: () => calls, stop: status.clear };
};

const summarize = (
  { filters: { from, to, zone } }: Asked,
  file: string,
  { format, calls, bytes }: { format: string; calls: number; bytes: number },
): Result => {
  const period = `${localTime(from, zone)} to ${to === undefined ? 'now' : localTime(to, zone)}, ${zone}`;
  const advice = calls === 0 ? ' Give an earlier --from or fewer filters.' : '';
  return {
    text: printable(
      `${calls === 0 ? 'No calls' : count(calls, 'call')} of ${period}: ${file}, ${sizeText(bytes)}.${advice}`,
    ),
    data: { file, format, calls, bytes },
  };
};

await runCommand({
  usage: USAGE,
  options: OPTIONS,
  printsFile: ({ values }) => values.out === '-',
  run: exportCalls,
});

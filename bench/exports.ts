import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Taken } from './export-once.ts';
import type { Goal, Table } from './report.ts';
import { median } from './statistics.ts';

const run = promisify(execFile);

const CALLS = 100_000;
const ROUNDS = 3;
const WHAT = ['query', 'csv', 'xlsx', 'parquet'] as const;
const DAY_MS = 86_400_000;

const once = async (what: string, directory: string, from: string, to: string): Promise<Taken> => {
  const script = join(import.meta.dirname, 'export-once.ts');
  const { stdout } = await run(process.execPath, [script, what, join(directory, `calls.${what}`), from, to]);
  return JSON.parse(stdout);
};

/**
 * What it takes to export 100,000 calls of a table with `calls` over `days`, each in a process that
 * does nothing else.
 */
export const benchExports = async (directory: string, { calls, days }: { calls: number; days: number }) => {
  // Of the newest calls a day is missing, in case one is dated after this moment.
  const to = Date.now() - DAY_MS;
  const from = to - (Math.min(CALLS, calls) / calls) * days * DAY_MS;
  const [begin, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
  const all = new Map<string, Taken[]>(WHAT.map((what) => [what, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const what of WHAT) all.get(what)?.push(await once(what, directory, begin, end));
  return summarize(all);
};

const summarize = (all: Map<string, Taken[]>) => {
  const of = (what: string, figure: keyof Taken): number =>
    median((all.get(what) ?? []).map((taken) => taken[figure]));
  const ratio = (what: string): number => of(what, 'seconds') / of('query', 'seconds');
  const table: Table = {
    title: 'Exports',
    head: ['what', 'calls', 's', '× query', 'calls/s', 'RSS MB', 'file MB'],
    rows: WHAT.map((what) => [
      what === 'query' ? 'query alone' : what,
      of(what, 'calls').toFixed(0),
      of(what, 'seconds'),
      ratio(what),
      of(what, 'calls') / of(what, 'seconds'),
      of(what, 'rssMb'),
      of(what, 'bytes') / 1e6,
    ]),
    note: `Medians of ${ROUNDS}, interleaved, each in another process than the local emulator. Not throttled.`,
  };
  const goals: Goal[] = [
    { what: 'CSV, to the query alone', value: ratio('csv'), limit: 3 },
    { what: 'XLSX, s', value: of('xlsx', 'seconds'), limit: 60 },
    { what: 'XLSX, RSS MB', value: of('xlsx', 'rssMb'), limit: 600 },
    { what: 'Parquet, to the query alone', value: ratio('parquet'), limit: 4 },
    { what: 'calls that are missing of 100,000, %', value: 100 * (1 - of('csv', 'calls') / CALLS), limit: 1 },
  ];
  return { table, goals };
};

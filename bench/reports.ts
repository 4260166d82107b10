import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Goal, Table } from './report.ts';
import type { Taken } from './report-often.ts';
import { median } from './statistics.ts';

const run = promisify(execFile);

/** A day of a contact centre with a thousand agents. */
export const BUSY_DAY = { calls: 33_000, days: 1 };

const ROUNDS = 7;
const WARM_UP = 2;
const BY = ['hour', 'agent', 'hour,agent'];
const DAY_MS = 86_400_000;

/**
 * What a report over a busy day takes, in another process than the emulator, as with `npm start`.
 */
export const benchReports = async (table: string) => {
  const [from, to] = [Date.now() - DAY_MS, Date.now()].map((time) => new Date(time).toISOString());
  const rows: Table['rows'] = [];
  const goals: Goal[] = [];
  for (const by of BY) {
    const query = new URLSearchParams({ from, to, by } as Record<string, string>);
    const script = join(import.meta.dirname, 'report-often.ts');
    const { stdout } = await run(process.execPath, [script, String(ROUNDS), String(query)], {
      env: { ...process.env, CALLS_TABLE: table },
    });
    const all: Taken[] = JSON.parse(stdout);
    const ms = all.slice(WARM_UP).map((taken) => taken.ms);
    const [{ calls, rows: made } = { calls: Number.NaN, rows: Number.NaN }] = all;
    rows.push([by, String(calls), String(made), all[0]?.ms ?? Number.NaN, median(ms), Math.max(...ms)]);
    goals.push({ what: `seconds of a report by ${by}`, value: median(ms) / 1000, limit: 1.5 });
    goals.push({ what: `calls missing in it, %`, value: 100 * (1 - calls / BUSY_DAY.calls), limit: 1 });
  }
  const summary: Table = {
    title: 'Reports',
    head: ['a day by', 'calls', 'rows', 'first, ms', 'median ms', 'most ms'],
    rows,
    note: `${ROUNDS} times each, the first ${WARM_UP} not in the median, in another process than the local emulator. Not throttled.`,
  };
  return { table: summary, goals };
};

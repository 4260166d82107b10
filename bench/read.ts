import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../infrastructure/ports.ts';
import { startDatabase } from '../local/emulators.ts';
import type { Resources } from '../local/plugin.ts';
import type { CallFilters } from '../shared/calls/filters.ts';
import { queryCalls } from '../shared/calls/query.ts';
import type { Bench } from './bench.ts';
import { agentId, CUSTOMER, companyNumber, DAYS, type Declared, writeCallTables } from './calls-table.ts';
import { benchExports } from './exports.ts';
import type { Goal, Table } from './report.ts';
import { BUSY_DAY, benchReports } from './reports.ts';
import { median, quantile } from './statistics.ts';

const FEW = 10_000;
const WARM_UP = 10;
const PAGES = 60;
const LIMIT = 50;
const DAY_MS = 86_400_000;

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const MONTH = () => ({ from: daysAgo(30) });

/** The first page of what people ask for, the n-th time. */
const QUERIES: Record<string, (n: number) => CallFilters> = {
  'all calls': MONTH,
  'a day': (n) => {
    const day = daysAgo(1 + (n % (DAYS - 2))).slice(0, 10);
    return { from: `${day}T00:00:00.000Z`, to: `${day}T23:59:59.999Z` };
  },
  "one of the company's numbers": (n) => ({ ...MONTH(), number: companyNumber(n) }),
  'an agent': (n) => ({ ...MONTH(), agents: [`id:${agentId(n)}`] }),
  "a customer's number, five calls": () => ({ from: daysAgo(DAYS + 1), number: CUSTOMER }),
  'an id': (n) => ({ ...MONTH(), id: `0605589a-c1f7-47a5-b75c-${String(n).padStart(12, '0')}` }),
  'missed calls of a day that had none': (n) => ({
    ...(QUERIES['a day']?.(n) as CallFilters),
    status: 'no-agent-online',
  }),
};

type Cost = { units: number; most: number; p50: number; p95: number };

/**
 * What the first page of 50 costs with few calls and with many, over 90 days, and what a report and
 * an export take.
 */
export const benchRead = async ({ service, directory }: Bench, calls: number) => {
  const { resources } = service as unknown as { resources: { Resources: Resources } };
  const like = resources.Resources.CallsTable?.Properties as Declared;
  const dataDir = join(directory, 'calls');
  const start = performance.now();
  await writeCallTables(dataDir, like, {
    few: { calls: FEW, days: DAYS },
    many: { calls, days: DAYS },
    day: BUSY_DAY,
  });
  process.stdout.write(`${calls} calls written in ${Math.round((performance.now() - start) / 1000)} s\n\n`);
  const { dynamodb: port } = await freePorts();
  const database = await startDatabase(port, dataDir);
  Object.assign(process.env, {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
  });
  try {
    const few = await costsIn('few');
    const read = summarize(calls, few, await costsIn('many'));
    return [read, await benchReports('day'), await benchExports(directory, { calls, days: DAYS })];
  } finally {
    await database.stop();
    rmSync(dataDir, { recursive: true });
  }
};

const costsIn = async (table: string): Promise<Map<string, Cost>> => {
  process.env.CALLS_TABLE = table;
  const costs = new Map<string, Cost>();
  for (const [name, filtersOf] of Object.entries(QUERIES)) {
    const pages: { units: number; ms: number }[] = [];
    for (let n = 0; n < WARM_UP + PAGES; n++) {
      const start = performance.now();
      const { units } = await queryCalls(filtersOf(n), { limit: LIMIT });
      pages.push({ units, ms: performance.now() - start });
    }
    const warm = pages.slice(WARM_UP);
    const units = warm.map((page) => page.units);
    const times = warm.map(({ ms }) => ms);
    costs.set(name, {
      units: units.reduce((sum, one) => sum + one) / units.length,
      most: Math.max(...units),
      p50: median(times),
      p95: quantile(times, 0.95),
    });
  }
  return costs;
};

const GOALS = ['all calls', 'a day', "one of the company's numbers", 'an agent'];
const NONE: Cost = { units: Number.NaN, most: Number.NaN, p50: Number.NaN, p95: Number.NaN };

const summarize = (calls: number, few: Map<string, Cost>, many: Map<string, Cost>) => {
  const thousands = (n: number) => n.toLocaleString('en');
  const ratio = (name: string) => (many.get(name) ?? NONE).units / (few.get(name) ?? NONE).units;
  const table: Table = {
    title: 'Read',
    head: [
      'first page of 50',
      `units, ${thousands(FEW)} calls`,
      `units, ${thousands(calls)}`,
      'at most',
      'ratio',
      'p50 ms',
      'p95 ms',
    ],
    rows: [...many].map(([name, { units, most, p50, p95 }]) => [
      name,
      (few.get(name) ?? NONE).units,
      units,
      most,
      ratio(name),
      p50,
      p95,
    ]),
    note: `Means of ${PAGES} pages; ${thousands(calls)} calls of 1.2 KB over ${DAYS} days in the local emulator, in the process that asks it. Not throttled.`,
  };
  const goals: Goal[] = GOALS.flatMap((name) => [
    { what: `read units, ${name}`, value: many.get(name)?.most ?? Number.NaN, limit: 25 },
    { what: `to those of ${thousands(FEW)} calls, ${name}`, value: ratio(name), limit: 1.3 },
  ]);
  return { table, goals };
};

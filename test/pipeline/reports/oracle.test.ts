import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallView } from '../../../shared/calls/view.ts';
import { parquet } from '../../../shared/exports/parquet.ts';
import { FIGURE_NAMES } from '../../../shared/reports/figures.ts';
import { GROUPINGS, type Grouping } from '../../../shared/reports/groupings.ts';
import { type Row, readReport } from '../../../shared/reports/report.ts';
import { listedCall } from '../../support/exports.ts';
import { generateCalls } from '../../support/generated-calls.ts';
import { writeCalls } from '../../support/many-calls.ts';
import { type Figures, openOracle, TERMS } from '../../support/oracle.ts';
import { useOwnTables } from '../../support/own-tables.ts';
import { dynamodb } from '../../support/pipeline.ts';

const SEED = 20_261_126;
const CALLS = 20_000;
// Clocks change on the 4th of October in Lord Howe, by half an hour, and on the 1st of November in
// New York.
const SPAN = { from: Date.UTC(2026, 8, 28, 3, 30), until: Date.UTC(2026, 10, 5, 11, 45) };
const from = new Date(SPAN.from).toISOString();
// Calls without a time are counted when they arrived.
const to = '2026-11-26T04:15:00.000Z';
const ZONES = ['America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;

const directory = mkdtempSync(join(tmpdir(), 'oracle-'));
let oracle: Awaited<ReturnType<typeof openOracle>> | undefined;

beforeAll(async () => {
  await useOwnTables('oracle');
  const calls = generateCalls(CALLS, SPAN, SEED);
  await writeCalls(dynamodb, process.env.CALLS_TABLE ?? '', calls);
  const file = join(directory, 'calls.parquet');
  writeFileSync(
    file,
    await buffer(parquet(inBatches(calls.map(listedCall)), { language: 'en', zone: 'UTC' })),
  );
  oracle = await openOracle(file);
});
async function* inBatches(calls: CallView[]): AsyncGenerator<CallView[]> {
  for (let n = 0; n < calls.length; n += 500) yield calls.slice(n, n + 500);
}

afterAll(() => {
  oracle?.close();
  rmSync(directory, { recursive: true });
});

/**
 * Figures with those that are no whole numbers cut to the digits in which two ways to compute them
 * agree.
 */
const comparable = (figures: Figures | Row): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(figures)
      .filter(([name]) => !['key', 'keys', 'agentName', 'agentNickname'].includes(name))
      .map(([name, value]) => [name, typeof value === 'number' ? Number(value.toPrecision(12)) : value]),
  );

const expectSame = async (by: Grouping[], zone: string, terms = TERMS, period = { from, to }) => {
  const filters = { ...period, zone };
  const abortSignal = AbortSignal.timeout(120_000);
  const { rows, total } = await readReport({ filters, by, terms, isCompared: false }, { abortSignal });
  const expected = await oracle?.expected({ ...period, zone, by, terms });

  const found = new Map([...rows.map((row) => [JSON.stringify(row.keys), row] as const), ['total', total]]);
  if (expected === undefined) throw new Error('the oracle is not open');
  expect(rows.length).toBeGreaterThan(1);
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, figures] of expected)
    expect({ key, ...comparable(found.get(key) as Row) }).toEqual({ key, ...comparable(figures) });
  return { rows, total };
};

const SINGLE = GROUPINGS.flatMap((by, n) => {
  const isOfTime = ['hour', 'day', 'weekday'].includes(by);
  return (isOfTime ? ZONES : ZONES.slice(n % ZONES.length).slice(0, 1)).map((zone) => [by, zone] as const);
});

test.each(SINGLE)(
  'a report by %s in %s has the figures that DuckDB computes from the export',
  async (by, zone) => {
    await expectSame([by], zone);
  },
);

const PAIRS = GROUPINGS.flatMap((one, n) => GROUPINGS.slice(n + 1).map((other) => [other, one] as const));

// The days around the change in New York.
const AROUND = { from: '2026-10-30T20:30:00.000Z', to: '2026-11-03T04:15:00.000Z' };

test.each(PAIRS)(
  'a report by %s and %s has the figures that DuckDB computes from the export',
  async (one, other) => {
    await expectSame([one, other], ZONES[(one.length + other.length) % ZONES.length] ?? 'UTC', TERMS, AROUND);
  },
);

test.each(['offered', 'answered'] as const)(
  'a service level of the calls %s, with other limits, is that of DuckDB',
  async (of) => {
    const { total } = await expectSame(['direction'], 'UTC', {
      serviceLevelSeconds: 45,
      shortAbandonSeconds: 30,
      serviceLevelOf: of,
    });

    expect(total.shortAbandoned).toBeGreaterThan(50);
  },
);

test('the generated calls leave no figure at 0, and no two equal', async () => {
  const { total } = await expectSame(['callback'], 'UTC');
  const values = Object.values(total);

  expect(Object.keys(total).sort()).toEqual(FIGURE_NAMES.toSorted());
  expect(Object.entries(total).filter(([, value]) => Number(value) === 0)).toEqual([]);
  expect(new Set(values).size).toBe(values.length);
});

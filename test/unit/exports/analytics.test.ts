import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../../../shared/calls/fold.ts';
import { itemOf } from '../../../shared/calls/item.ts';
import { parquet } from '../../../shared/exports/parquet.ts';
import { analyticsPage, PAGE, sqlOf } from '../../support/analytics-page.ts';
import { callOf } from '../../support/calls.ts';
import { fileOf, listedCall, written } from '../../support/exports.ts';

test('docs/analytics.md declares every field of a call', async () => {
  await expect(analyticsPage()).toMatchFileSnapshot(PAGE);
});

const START = Date.parse('2026-10-31T10:00:00.000Z');
const CODES = [1001, 1103, 2001, 1108, undefined];

const CALLS: Call[] = Array.from({ length: 400 }, (_, n) => {
  const startTime = START + n * 1_234_567;
  if (n % 5 === 4) {
    return callOf('pns', {
      callId: `pns-${n}`,
      caller: `8526000${n % 37}`,
      callee: `8526111${n % 11}`,
      startAt: startTime / 1000,
      answerAt: n % 3 ? startTime / 1000 + 5 : 0,
      duration: n % 90,
    });
  }
  return callOf('cc', {
    callId: `cc-${n}`,
    caller: `8526000${n % 37}`,
    callee: '85235757581',
    direction: n % 3,
    startTime,
    hangupCode: CODES[n % CODES.length],
    callDuration: n % 200,
    totalCustomerPrice: (n % 70) / 1000,
    inQueueTime: startTime,
    outQueueTime: startTime + (n % 50) * 1000,
    ...(n % 4 && { agentName: `agent-${n % 7}` }),
  });
});

const directory = mkdtempSync(join(tmpdir(), 'analytics-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A type of Hive as DuckDB has it. */
const typeOf = (hive: string): string =>
  hive
    .replaceAll('struct<', 'STRUCT(')
    .replaceAll('>', ')')
    .replaceAll(/(\w+):/g, '"$1" ')
    .replaceAll('string', 'VARCHAR')
    .replaceAll('boolean', 'BOOLEAN');

const engine = async (statements: string[]): Promise<DuckDBConnection> => {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const statement of statements) await connection.run(statement);
  return connection;
};

/** DuckDB as the page says, over an export to Parquet. */
const onLaptop = async (): Promise<DuckDBConnection> => {
  const path = written(join(directory, 'calls.parquet'), await fileOf(parquet, CALLS.map(listedCall)));
  return engine(sqlOf('DuckDB').map((sql) => sql.replaceAll('calls.parquet', path)));
};

/**
 * The page's tables of Athena, over what DynamoDB exports. DuckDB reads the same SQL but for where
 * the tables are.
 */
const likeAthena = async (): Promise<DuckDBConnection> => {
  const path = join(directory, 'export.json');
  const lines = CALLS.map((call) => ({
    Item: marshall({ ...itemOf(call), rev: 1 }, { removeUndefinedValues: true }),
  }));
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  const [declared = '', made = ''] = sqlOf('Athena');
  const [, item = ''] = /Item (struct<.*>)\n\)\nROW/s.exec(declared) ?? [];
  const [, select = ''] = /\) AS\n(SELECT.*)/s.exec(made) ?? [];
  return engine([
    'CREATE MACRO from_iso8601_timestamp(written) AS CAST(written AS TIMESTAMPTZ)',
    `CREATE TABLE calls_export AS SELECT * FROM read_json('${path}', format = 'newline_delimited', columns = {Item: '${typeOf(item)}'})`,
    `CREATE TABLE calls AS ${select}`,
  ]);
};

type Row = Record<string, Json>;
const engines: Record<string, DuckDBConnection> = {};
beforeAll(async () => {
  Object.assign(engines, { laptop: await onLaptop(), athena: await likeAthena() });
});
const ask = async (of: string, sql: string): Promise<Row[]> =>
  (await engines[of]?.runAndReadAll(sql))?.getRowObjectsJson() ?? [];

const QUERIES = sqlOf('both');
const isInbound = ({ direction }: Call) => direction === 'inbound';
const number = (value: Json | undefined) => Number(value);

test('there are five queries, and each finds the same in both ways', async () => {
  expect(QUERIES).toHaveLength(5);
  for (const sql of QUERIES) {
    const rows = await ask('laptop', sql);

    expect(rows.length, sql).toBeGreaterThan(1);
    expect(await ask('athena', sql)).toEqual(rows);
  }
});

describe('what the queries find is what plain counting finds:', () => {
  const answerTo = (n: number) => ask('laptop', QUERIES[n] ?? '');
  const sum = (calls: Call[], of: (call: Call) => number | undefined) =>
    calls.reduce((total, call) => total + (of(call) ?? 0), 0);

  test('volume', async () => {
    const rows = await answerTo(0);
    const groups = Map.groupBy(CALLS, ({ callback, direction }) => `${callback} ${direction}`);

    expect(rows).toHaveLength(groups.size);
    for (const { callback, direction, calls, answered, answer_rate, talk_hours } of rows) {
      const group = groups.get(`${callback} ${direction ?? undefined}`) ?? [];
      const said = group.filter((call) => call.answered !== undefined);
      const yes = said.filter((call) => call.answered);

      expect(number(calls)).toBe(group.length);
      expect(number(answered)).toBe(yes.length);
      expect(number(answer_rate)).toBeCloseTo((100 * yes.length) / said.length, 1);
      expect(number(talk_hours)).toBeCloseTo(sum(group, ({ talkSeconds }) => talkSeconds) / 3600, 1);
    }
  });

  test('the hours of the day', async () => {
    const rows = await answerTo(1);
    // Shanghai is eight hours ahead.
    const hourOf = ({ startedAt = '' }: Call) => (new Date(startedAt).getUTCHours() + 8) % 24;
    const groups = Map.groupBy(CALLS.filter(isInbound), hourOf);

    expect(rows.map(({ hour, offered, abandoned }) => [hour, offered, abandoned].map(number))).toEqual(
      [...groups]
        .map(([hour, group]) => [hour, group.length, group.filter((call) => call.abandoned).length])
        .sort(([a = 0], [b = 0]) => a - b),
    );
  });

  test('agents', async () => {
    const rows = await answerTo(2);
    const groups = Map.groupBy(
      CALLS.filter((call) => call.answered && call.agentName),
      ({ agentName }) => `name:${agentName}`,
    );

    expect(rows).toHaveLength(groups.size);
    for (const { agentKey, agent, calls, average_talk_seconds } of rows) {
      const group = groups.get(String(agentKey)) ?? [];

      expect(agent).toBe(group[0]?.agentName);
      expect(number(calls)).toBe(group.length);
      expect(number(average_talk_seconds)).toBeCloseTo(
        sum(group, (call) => call.talkSeconds) / group.length,
        0,
      );
    }
  });

  test('whom to call back', async () => {
    const rows = await answerTo(3);
    const isReachedSince = ({ caller, startedAt = '' }: Call) =>
      CALLS.some(
        (call) =>
          call.answered && [call.caller, call.callee].includes(caller) && (call.startedAt ?? '') >= startedAt,
      );
    const waiting = CALLS.filter((call) => isInbound(call) && call.abandoned && !isReachedSince(call));
    const groups = Map.groupBy(waiting, ({ caller }) => caller);

    expect(Object.fromEntries(rows.map(({ caller, attempts }) => [caller, number(attempts)]))).toEqual(
      Object.fromEntries([...groups].map(([caller, group]) => [caller, group.length])),
    );
  });

  test('cost', async () => {
    const rows = await answerTo(4);
    const monthOf = ({ startedAt = '' }: Call) =>
      new Date(Date.parse(startedAt) + 8 * 3_600_000).toISOString().slice(0, 7);
    const groups = Map.groupBy(
      CALLS.filter(({ cost }) => cost !== undefined),
      monthOf,
    );

    expect(rows.map(({ month, cost }) => [String(month).slice(0, 7), number(cost)])).toEqual(
      [...groups].map(([month, group]) => [
        month,
        Math.round(sum(group, ({ cost }) => Number(cost) * 1000)) / 1000,
      ]),
    );
  });
});

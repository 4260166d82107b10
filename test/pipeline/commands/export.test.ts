import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Call } from '../../../shared/calls/fold.ts';
import { columns } from '../../../shared/exports/columns.ts';
import { callOf } from '../../support/calls.ts';
import { type Finished, finish, LOCAL, proxied, start } from '../../support/commands.ts';
import { duckdb, readCsv, readXlsx } from '../../support/exports.ts';
import type { Fault } from '../../support/fault-proxy.ts';
import { writeCalls } from '../../support/many-calls.ts';
import { callAt, dynamodb, post } from '../../support/pipeline.ts';
import { plainEnvironment, ROOT } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const ports = inject('ports');
const { callsTable } = inject('stack');
const env = plainEnvironment({
  SQS_PORT: String(ports.sqs),
  DYNAMODB_PORT: String(ports.dynamodb),
  TIME_ZONE: 'Asia/Shanghai',
});

const exportCalls = (...args: string[]): Promise<Finished> => finish(start('export', args, { env }));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'export-'));
});
afterEach(() => rmSync(directory, { recursive: true }));
const at = (name: string) => join(directory, name);

// A day that no other test has calls of.
const DAY = ['--from', '2001-02-03', '--to', '2001-02-03', '--zone', 'UTC'];
const CALLS = 2_300;
const START = Date.parse('2001-02-03T00:00:00.000Z');

const MANY: Call[] = Array.from({ length: CALLS }, (_, n) =>
  callOf('cc', {
    callId: `many-${n}`,
    caller: `+8526222${String(n).padStart(4, '0')}`,
    taskId: `16883634528143${String(n).padStart(5, '0')}`,
    startTime: START + n * 37_000,
    callDuration: n % 300,
    hangupCode: n % 3 ? 1001 : 1103,
  }),
);

beforeAll(() => writeCalls(dynamodb, callsTable, MANY));

const NEWEST_FIRST = MANY.toReversed();

/**
 * A proxy before the tables by which the second page fails: its queries go on from the call where
 * the first ended.
 */
const withoutSecondPage = async (fault: Fault) => {
  const { proxy, port } = await proxied({
    endpoint: `http://127.0.0.1:${ports.dynamodb}`,
    stop: async () => {},
  });
  proxy.faultOf = ({ action, input }) =>
    action === 'Query' && /#[0-9a-f]{15}.\uffff"/.test(input) ? fault : undefined;
  return { proxy, env: { ...env, DYNAMODB_PORT: port } };
};

describe('a file', () => {
  test('has every call of the period once, newest first, in each format', async () => {
    const [csv, xlsx, parquet] = [at('calls.csv'), at('calls.xlsx'), at('calls.parquet')];
    for (const file of [csv, xlsx, parquet]) {
      const { code, output, errors } = await exportCalls(...DAY, '--out', file);

      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output).toMatch(
        /2300 calls of 2001-02-03 00:00:00 to 2001-02-04 00:00:00, UTC: .*\/calls\.\w+, [\d.]+ [KM]B\.\n$/,
      );
    }
    const ids = NEWEST_FIRST.map(({ taskId }) => taskId);

    expect((await readCsv(csv)).map((row) => row['Task ID'])).toEqual(ids);
    const column = columns.findIndex(({ name }) => name === 'taskId');
    expect(
      readXlsx(readFileSync(xlsx))
        .rows.slice(1)
        .map((row) => Object.values(row)[1]?.value),
    ).toEqual(ids);
    expect(column).toBe(3);
    expect((await duckdb(`SELECT taskId FROM '${parquet}'`)).map((row) => row.taskId)).toEqual(ids);
    expect(
      await duckdb(`SELECT sum(talkSeconds) AS talk, count(*) FILTER (abandoned) AS gone FROM '${parquet}'`),
    ).toEqual([
      {
        talk: String(MANY.reduce((sum, { talkSeconds = 0 }) => sum + talkSeconds, 0)),
        gone: String(MANY.filter(({ abandoned }) => abandoned).length),
      },
    ]);
    expect(readdirSync(directory).sort()).toEqual(['calls.csv', 'calls.parquet', 'calls.xlsx']);
  });

  test('has the calls that match the filters, as in npm run calls, with Chinese headers', async () => {
    const file = at('some.csv');
    const { output } = await exportCalls(
      ...DAY,
      '--abandoned',
      'true',
      '--lang',
      'zh',
      '--out',
      file,
      '--json',
    );
    const [header, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    const expected = NEWEST_FIRST.filter(({ abandoned }) => abandoned);

    expect(JSON.parse(output)).toEqual({
      stage: 'local',
      file,
      format: 'csv',
      calls: expected.length,
      bytes: statSync(file).size,
    });
    expect(header).toMatch(/^\uFEFF通话ID,租户ID,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(expected.map(({ callId }) => callId));
  });

  test('without calls has its headers, and the command says what to do', async () => {
    const { output } = await exportCalls('--to', '2000-02-01', '--out', at('none.csv'));

    expect(output).toMatch(/No calls of .*none\.csv, \d KB\. Give an earlier --from or fewer filters\.\n$/);
    expect(readFileSync(at('none.csv'), 'utf8').split('\r\n')).toHaveLength(2);
  });

  test('is never replaced without --force', async () => {
    writeFileSync(at('calls.csv'), 'mine');
    const refused = await exportCalls(...DAY, '--out', at('calls.csv'));
    const kept = readFileSync(at('calls.csv'), 'utf8');
    const forced = await exportCalls(...DAY, '--out', at('calls.csv'), '--force');

    expect(refused).toEqual({
      code: 1,
      output: LOCAL,
      errors: `${at('calls.csv')} already exists: --force replaces it.\n`,
    });
    expect(kept).toBe('mine');
    expect(forced.code).toBe(0);
    expect(await readCsv(at('calls.csv'))).toHaveLength(CALLS);
  });

  test('is written where npm was called, and only its owner can read it', async () => {
    const child = start('export', [...DAY, '--out', 'here.csv'], { env: { ...env, INIT_CWD: directory } });
    const { output } = await finish(child);

    expect(output).toContain(`: ${at('here.csv')}, `);
    expect(statSync(at('here.csv')).mode & 0o777).toBe(0o600);
  });

  test('can have a name as long as a file system allows', async () => {
    const name = `${'x'.repeat(251)}.csv`;
    const { code, errors } = await exportCalls(...DAY, '--max-talk', '0', '--out', at(name));

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(readdirSync(directory)).toEqual([name]);
  });

  test('replaces none that was created meanwhile', async () => {
    const { proxy, env } = await withoutSecondPage('hang');
    const finished = finish(start('export', [...DAY, '--out', at('calls.csv')], { env }));
    await until(() => readdirSync(directory).length > 0);
    writeFileSync(at('calls.csv'), 'mine');
    proxy.faultOf = () => undefined;
    const { code, errors } = await finished;
    await proxy.stop();

    expect({ code, errors }).toEqual({
      code: 1,
      errors: `${at('calls.csv')} already exists: --force replaces it.\n`,
    });
    expect(readFileSync(at('calls.csv'), 'utf8')).toBe('mine');
    expect(readdirSync(directory)).toEqual(['calls.csv']);
  });

  test('does not exist after Ctrl-C in the middle, nor does any part of it', async () => {
    const { proxy, env } = await withoutSecondPage('hang');
    const child = start('export', [...DAY, '--out', at('calls.csv')], { env });
    const finished = finish(child);
    const [partial = ''] = await until(() => {
      const files = readdirSync(directory);
      return files.length > 0 && statSync(at(files[0] ?? '')).size > 100_000 ? files : undefined;
    });
    child.kill('SIGINT');
    const { code, errors } = await finished;
    await proxy.stop();

    expect(partial).toMatch(/^calls\.csv\.\d+\.partial$/);
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `Interrupted: ${at('calls.csv')} was not written.\n`,
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('does not exist if the tables cannot be read to the end', async () => {
    const { proxy, env } = await withoutSecondPage({
      status: 400,
      body: { __type: 'AccessDeniedException' },
    });
    const { code } = await finish(start('export', [...DAY, '--out', at('calls.parquet')], { env }));
    await proxy.stop();

    expect(code).toBe(1);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('the output', () => {
  test('is CSV and nothing else with --out -', async () => {
    const { output, errors } = await exportCalls(...DAY, '--max-talk', '3', '--out', '-');
    writeFileSync(at('piped.csv'), output);

    expect(errors).toBe('');
    expect((await readCsv(at('piped.csv'))).map((row) => row['Call ID'])).toEqual(
      NEWEST_FIRST.filter(({ talkSeconds = 0 }) => talkSeconds <= 3).map(({ callId }) => callId),
    );
  });

  test.skipIf(!existsSync('/dev/full'))('that does not fit on the disk is an error', async () => {
    const command = join(ROOT, 'commands', 'export.ts');
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [command, ...DAY, '--out', '-'], {
      env,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);

    expect({ status, errors: String(stderr) }).toEqual({
      status: 1,
      errors: 'The output cannot be written: ENOSPC.\n',
    });
  });

  test('has every body exactly as received with --raw', async () => {
    const number = '85262330001';
    const bodies = [
      `{"callId":"raw-1","caller":"${number}",  "startTime": 1700000000000,"other":"\\u0007 陈"}`,
      `{"callId":"raw-1","caller":"${number}","startTime":1700000000000,"callDuration":7}`,
    ];
    for (const [n, body] of bodies.entries()) {
      await post('cc', body);
      await callAt('cc#raw-1', ({ versions }) => versions === n + 1);
    }
    const { output } = await exportCalls('--raw', '--number', number, '--from', '2023-11-01', '--out', '-');
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(lines.map(({ body }) => body)).toEqual(bodies);
    expect(lines[0]).toMatchObject({
      pk: 'cc#raw-1',
      callback: 'cc',
      source: 'callback',
      bodyHash: expect.any(String),
    });
  });
});

test.each([
  [['--raw', '--format', 'csv'], '--format has no effect with --raw: bodies are JSON lines.'],
  [['--format', 'ods'], '--format ods must be csv, xlsx, parquet.'],
  [['--lang', 'de'], '--lang de must be en or zh.'],
  [['--out', '-', '--format', 'xlsx'], '--out - prints only CSV or --raw: xlsx is not text. Give a file.'],
  [['--status', 'busyy'], '--status busyy must be a status of docs/records.md, or unknown:<code>.'],
  [['--out', '/nowhere/calls.csv'], 'There is no folder /nowhere.'],
  [['--out', ''], '--out needs the name of a file, or "-".'],
  [['--out', `/tmp/${'x'.repeat(300)}`], `/tmp/${'x'.repeat(300)} cannot be written: ENAMETOOLONG.`],
  [['--out', '/tmp'], '/tmp is a folder: --out needs the name of a file.'],
])('%j is refused with what is wrong', async (args, message) => {
  const { code, errors } = await exportCalls(...args);

  expect({ code, errors }).toEqual({ code: 1, errors: `${message}\n` });
});

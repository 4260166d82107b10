import { afterEach, describe, expect, test } from 'vitest';
import { findCall, PAGE_SIZE } from '../../../shared/nxcloud/call-list.ts';
import {
  FROM,
  firstPage,
  HOUR_MS,
  idsOf,
  optionsOf,
  problemOf,
  rowsOf,
  SPAN,
  start,
  stopAll,
  walk,
} from '../../support/nxcloud-asking.ts';
import { digits, listRow } from '../../support/nxcloud-rows.ts';

afterEach(stopAll);

describe('every call of a span is listed', () => {
  const ORDERS = ['newest first', 'oldest first', 'none'] as const;
  const ways = ORDERS.flatMap((order) =>
    (['startTime', 'endTime'] as const).flatMap((filtersBy) =>
      [0, 7].map((repeatedRows) => ({ order, filtersBy, repeatedRows })),
    ),
  );

  test.each(ways)('%j', async (way) => {
    const rows = rowsOf(1_000, FROM - HOUR_MS, 3 * HOUR_MS);
    const provider = await start(rows, way);
    const within = rows.filter((row) => row[way.filtersBy] >= FROM && row[way.filtersBy] < FROM + HOUR_MS);

    const pages = await walk(optionsOf(provider));

    expect(new Set(pages.flatMap(idsOf))).toEqual(new Set(within.map(({ callId }) => callId)));
    expect(provider.seen.map(({ query }) => query.page)).toEqual(pages.map((_, n) => n + 1));
  });

  test.each(ORDERS)('%s, also while others end', async (order) => {
    const [arriving, rows] = [rowsOf(30), rowsOf(450)];
    for (const row of arriving) row.callId = `late ${row.callId}`;
    const provider = await start([...rows], { order, arriving, arrivingPerPage: 6 });

    const pages = await walk(optionsOf(provider));

    expect(pages.flatMap(idsOf)).toEqual(expect.arrayContaining(rows.map(({ callId }) => callId)));
  });

  test.each([0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])('%i of them', async (count) => {
    const provider = await start(rowsOf(count));
    const pages = await walk(optionsOf(provider));

    expect(pages.flat()).toHaveLength(count);
    expect(pages).toHaveLength(Math.floor(count / PAGE_SIZE) + 1);
  });

  test('a span reaches to whole seconds outside of it', async () => {
    const provider = await start([]);
    await walk(optionsOf(provider), { from: '2026-11-26T08:00:00.999Z', to: '2026-11-26T08:59:59.001Z' });

    expect(provider.seen[0]?.query).toEqual({
      ...{ startTime: FROM / 1000, endTime: FROM / 1000 + 3_600, page: 1, size: PAGE_SIZE },
    });
  });
});

describe('a call', () => {
  const fields = {
    ...{ mos: digits('4.4200'), totalCustomerPrice: digits('0.0350'), taskId: digits('1688363452814331904') },
    ...{
      other: 'null, 1.50 "中文" \ud83d\ude00 \u2028',
      intent: '',
      answerTime: digits('1.6E12'),
      queueDuration: digits('-0'),
    },
  };

  test('is told digit for digit as it was sent', async () => {
    const provider = await start([listRow('1', FROM, fields)]);
    const [call] = await firstPage(optionsOf(provider));

    expect(call?.body).toContain('"mos":4.4200');
    expect(call?.body).toContain('"totalCustomerPrice":0.0350');
    expect(call?.body).toContain('"taskId":1688363452814331904');
    expect(call?.body).toContain('"answerTime":1.6E12');
    expect(call?.body).toContain('"queueDuration":-0');
    expect(JSON.parse(call?.body ?? '')).toMatchObject({ other: fields.other, intent: '', agentName: null });
  });

  test('is found by its callId, and another is not', async () => {
    const callIds = ['…TA1SgEC/Waas@203.0.113.7', '6605fcd9563616c6c009c6240', '牛小信"\\'];
    const provider = await start(callIds.map((callId) => listRow(callId, FROM)));
    const find = (callId: string) => findCall({ ...SPAN, callId }, optionsOf(provider));

    for (const callId of callIds) expect(await find(callId)).toMatchObject({ callId });
    expect(await find('6605fcd9')).toBeUndefined();
    expect(provider.seen.map(({ isSigned }) => isSigned)).toEqual([true, true, true, true]);
    expect(provider.seen.map(({ query }) => query.callId)).toEqual([...callIds, '6605fcd9']);
  });

  test('is not taken for another that a server finds by a part of its callId', async () => {
    const provider = await start([]);
    provider.failNext({ status: 200, body: '{"code":0,"data":[{"callId":"6605fcd9563616c6c009c6240"}]}' });

    expect(await findCall({ ...SPAN, callId: '6605fcd9' }, optionsOf(provider))).toBeUndefined();
  });

  test('without a callId is counted and left out, and does not make a page short', async () => {
    const rows = rowsOf(PAGE_SIZE + 1);
    for (const [n, callId] of [null, '', '   '].entries()) Object.assign(rows[50 + n] ?? {}, { callId });
    const provider = await start(rows);
    const counted: number[] = [];

    const pages = await walk(optionsOf(provider, { onNameless: (count) => counted.push(count) }));

    expect(pages.map(({ length }) => length)).toEqual([PAGE_SIZE - counted.reduce((a, b) => a + b), 1]);
    expect(counted).toEqual([3]);
  });

  test('whose callId is a number is known by its digits', async () => {
    const provider = await start([listRow(digits('1688363452814331904'), FROM)]);

    expect(idsOf(await firstPage(optionsOf(provider)))).toEqual(['1688363452814331904']);
  });
});

describe('a list without calls', () => {
  test.each([['{}'], ['null'], ['[]']])('can be %s', async (data) => {
    const provider = await start([]);
    provider.failNext({ status: 200, body: `\ufeff{"code":"0","msg":"success","data":${data}}` });

    expect(await firstPage(optionsOf(provider))).toEqual([]);
    expect(provider.seen).toHaveLength(1);
  });

  test('can have no data', async () => {
    const provider = await start([]);
    provider.failNext({ status: 200, body: '{"code":0}' });

    expect(await firstPage(optionsOf(provider))).toEqual([]);
    expect(provider.seen).toHaveLength(1);
  });

  test.each(['{"list":[]}', '"[]"', '7'])('is not %s', async (data) => {
    const provider = await start([]);
    provider.failNext({ status: 200, body: `{"code":0,"data":${data}}` });

    expect(await problemOf(firstPage(optionsOf(provider)))).toMatchObject({ isFinal: true });
    expect(provider.seen).toHaveLength(1);
  });
});

import { BatchWriteItemCommand, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CallFilters } from '../../shared/calls/filters.ts';
import { type CallItem, itemOf } from '../../shared/calls/item.ts';
import { isCursor, queryCalls } from '../../shared/calls/query.ts';
import { dynamodb as client } from '../../shared/deliveries/dynamodb.ts';
import { refOf } from '../../shared/deliveries/ref.ts';
import { callOf } from '../support/calls.ts';
import { useOwnTables } from '../support/own-tables.ts';
import { dynamodb } from '../support/pipeline.ts';

const SEED = 20_261_126;

// Few values of each kind, so that filters find something and combine.
const NUMBERS = [
  '85235757581',
  '+852 3575-7581',
  '0085235757581',
  'sip:85235757581@10.0.0.1',
  '35757581',
  '85235757582',
  '4444',
  'NX09445G000025',
  'Max',
];
const AGENTS = ['a-1', 'A-2', 'fang.cheng@nxcloud.com'];
const IDS = ['i-1', 'i-2', 'i-3', '4711'];
const START = Date.UTC(2026, 10, 20);
const DAYS = 6;

const number = fc.constantFrom(...NUMBERS, null);
const second = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: START / 1000, max: START / 1000 + DAYS * 86_400 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, Date.UTC(2026, 11, 24) / 1000, Date.UTC(2031, 0) / 1000) },
);
const maybe = (...values: (string | number)[]) => fc.constantFrom(...values, null);

const ccBody = fc.record({
  callId: fc.oneof(fc.constantFrom(...IDS), fc.uuid()),
  orderId: maybe(...IDS),
  taskId: maybe(...IDS),
  caller: number,
  callee: number,
  agentName: maybe(...AGENTS),
  startTime: second,
  direction: maybe(0, 1, 2, 9),
  callDuration: maybe(0, 5, 60, 'x'),
  hangupCode: maybe(1001, 1103, 2104),
  recordUrl: maybe('https://recording'),
});
const iccBody = fc.record({
  data: fc.record({
    id: fc.oneof(fc.constantFrom(...IDS), fc.uuid()),
    iccCallId: maybe(...IDS),
    callingNumber: number,
    calledNumber: number,
    staffId: maybe(...AGENTS),
    communicateBeginTime: second,
    callType: maybe(1, 2),
    speechCallResult: maybe(0, 2, 4),
    communicateVoiceId: maybe('voice'),
    communicateDuration: maybe(0, 61),
  }),
});
const pnsBody = fc.record({
  callId: fc.oneof(fc.constantFrom(...IDS), fc.uuid()),
  caller: number,
  callee: number,
  startAt: second,
  answerAt: fc.constantFrom(0, START / 1000 + 7, null),
});
const predictiveBody = fc.record({
  uuid: fc.oneof(fc.constantFrom(...IDS), fc.uuid()),
  type: fc.constantFrom(1, 2),
  state: fc.constantFrom(1, 3, 4),
  time: second,
  agentid: maybe(...AGENTS),
  callphone: number,
});
const body = fc.oneof(
  ccBody.map((value) => ['cc', value] as const),
  iccBody.map((value) => ['icc', value] as const),
  pnsBody.map((value) => ['pns', value] as const),
  predictiveBody.map((value) => ['predictive', value] as const),
);

let calls: CallItem[];
beforeAll(async () => {
  await useOwnTables('query');
  const items = fc
    .sample(body, { seed: SEED, numRuns: 900 })
    .map(
      ([callback, value]) =>
        JSON.parse(JSON.stringify({ ...itemOf(callOf(callback, value)), rev: 1 })) as CallItem,
    );
  calls = [...new Map(items.map((item) => [item.pk, item])).values()];
  await put(calls);
});

const put = async (items: object[]) => {
  for (let n = 0; n < items.length; n += 25) {
    const puts = items.slice(n, n + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [process.env.CALLS_TABLE ?? '']: puts } }),
    );
  }
};
const remove = (pk: string) =>
  dynamodb.send(new DeleteItemCommand({ TableName: process.env.CALLS_TABLE, Key: marshall({ pk }) }));

/** Every page, and what is asked between them. */
const walk = async (filters: CallFilters, limit: number, between = async (_page: CallItem[]) => {}) => {
  const pages: CallItem[][] = [];
  let cursor: string | undefined;
  do {
    const page = await queryCalls(filters, { limit, cursor });
    expect(page.calls.length).toBeLessThanOrEqual(limit);
    // A cursor that does not go back in time would never end.
    if (cursor !== undefined && page.cursor !== undefined) expect(page.cursor < cursor).toBe(true);
    expect(page.cursor === undefined || isCursor(page.cursor)).toBe(true);
    pages.push(page.calls);
    cursor = page.cursor;
    await between(page.calls);
  } while (cursor !== undefined);
  return pages;
};

// The oracle: another way to say what a filter means.
const digitsOf = (text: string) => text.replace(/@.*/, '').replace(/\D/g, '').replace(/^0+/, '');
const sameNumber = (a: string | undefined, b: string): boolean => {
  if (a === undefined) return false;
  const named = [a, b].map((text) => /[a-z]/i.test(text.replace('sip:', '').replace(/@.*/, '')));
  if (named.includes(true)) return a.toLowerCase() === b.toLowerCase();
  const [x, y] = [digitsOf(a), digitsOf(b)];
  return x === y || (x.length > 6 && y.length > 6 && (x.endsWith(y) || y.endsWith(x)));
};

const oracle = (filters: CallFilters): CallItem[] =>
  calls.filter((call) => {
    const checks: [unknown, () => boolean][] = [
      [filters.to, () => call.at < (filters.to ?? '')],
      [filters.callbacks, () => (filters.callbacks ?? []).includes(call.callback)],
      [filters.direction, () => call.direction === filters.direction],
      [filters.status, () => call.status === filters.status],
      [filters.hangupBy, () => call.hangupBy === filters.hangupBy],
      [filters.answered, () => (call.answered ?? 'unknown').toString() === filters.answered],
      [filters.abandoned, () => (call.abandoned ?? 'unknown').toString() === filters.abandoned],
      [filters.minTalk, () => call.talkSeconds !== undefined && call.talkSeconds >= (filters.minTalk ?? 0)],
      [filters.maxTalk, () => call.talkSeconds !== undefined && call.talkSeconds <= (filters.maxTalk ?? 0)],
      [filters.recording, () => Boolean(call.recordingUrl ?? call.recordingId)],
      [filters.issues, () => (call.issues ?? []).length > 0],
      [filters.ongoing, () => call.callback === 'predictive' && call.endedAt === undefined],
      [filters.caller, () => sameNumber(call.caller, filters.caller ?? '')],
      [filters.callee, () => sameNumber(call.callee, filters.callee ?? '')],
      [
        filters.number,
        () => [call.caller, call.callee].some((party) => sameNumber(party, filters.number ?? '')),
      ],
      [
        filters.id,
        () =>
          [
            call.pk.slice(call.pk.indexOf('#') + 1).replace(/^call:/, ''),
            call.callId,
            call.orderId,
            call.taskId,
          ].includes(filters.id),
      ],
      [
        filters.agents,
        () =>
          (filters.agents ?? []).some((agent) =>
            /^(id|name|phone):/.test(agent)
              ? (call.agentId ? `id:${call.agentId}` : `name:${call.agentName}`).toLowerCase() ===
                agent.toLowerCase()
              : [call.agentId, call.agentName].some((value) => value?.toLowerCase() === agent.toLowerCase()),
          ),
      ],
    ];
    return (
      call.at >= filters.from &&
      checks.every(([wanted, holds]) => wanted === undefined || wanted === false || holds())
    );
  });

const day = fc.integer({ min: -2, max: DAYS + 2 }).map((n) => new Date(START + n * 86_400_000).toISOString());
const anyTime = fc.oneof(
  day,
  fc
    .date({ min: new Date(START), max: new Date(START + DAYS * 86_400_000), noInvalidDate: true })
    .map((at) => at.toISOString()),
);
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const said = fc.constantFrom('true', 'false', 'unknown') as fc.Arbitrary<'true' | 'false' | 'unknown'>;

// As few of them at once as people use, so that most queries find something.
const filters: fc.Arbitrary<CallFilters> = fc
  .record({ from: anyTime, to: optional(anyTime) })
  .chain((period) =>
    fc
      .record({
        number: optional(fc.constantFrom(...NUMBERS)),
        caller: optional(fc.constantFrom(...NUMBERS)),
        callee: optional(fc.constantFrom(...NUMBERS)),
        agents: optional(
          fc.subarray(['a-1', 'id:a-2', 'id:a-1', 'Fang.Cheng@nxcloud.com', 'name:fang.cheng@nxcloud.com'], {
            minLength: 1,
            maxLength: 2,
          }),
        ),
        id: optional(fc.constantFrom(...IDS)),
        callbacks: optional(fc.subarray(['cc', 'icc', 'pns', 'predictive'], { minLength: 1 })),
        direction: optional(fc.constantFrom('inbound', 'outbound', 'unknown:9')),
        answered: optional(said),
        abandoned: optional(said),
        status: optional(fc.constantFrom('normal-end', 'connected', 'ended')),
        hangupBy: optional(fc.constantFrom('agent', 'customer')),
        minTalk: optional(fc.constantFrom(0, 1, 60)),
        maxTalk: optional(fc.constantFrom(0, 59, 61)),
        recording: optional(fc.constant(true)),
        issues: optional(fc.constant(true)),
        ongoing: optional(fc.constant(true)),
      })
      .chain((all) =>
        fc.subarray(Object.keys(all), { maxLength: 3 }).map((names) => ({ ...pick(all, names), ...period })),
      ),
  );
const pick = (all: object, names: string[]) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));

const newestFirst = (a: CallItem, b: CallItem) => (a.at < b.at ? 1 : -1);
const pks = (items: CallItem[]) => items.map(({ pk }) => pk);

test('finds exactly what a list filtered in memory has, newest first, by every filter combined with every other', async () => {
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 200 }), async (asked, limit) => {
      const found = (await walk(asked, limit)).flat();
      const wanted = oracle(asked).sort(newestFirst);

      if (asked.id === undefined) expect(pks(found)).toEqual(pks(wanted));
      // The calls that an index finds come before those for which the period is read.
      else expect(pks(found).sort()).toEqual(pks(wanted).sort());
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test('finds the same calls by every notation of a number', async () => {
  const from = new Date(START).toISOString();
  const [first, ...others] = await Promise.all(
    ['85235757581', '+852 3575-7581', '0085235757581', 'sip:85235757581@10.0.0.1', '35757581'].map(
      async (number) => pks((await walk({ from, number }, 100)).flat()),
    ),
  );

  expect(first?.length).toBeGreaterThan(50);
  for (const other of others) expect(other).toEqual(first);
});

describe('a cursor', () => {
  const from = new Date(START - 86_400_000).toISOString();
  const inPeriod = () => calls.filter(({ at }) => at >= from);

  test('stays valid while calls are deleted and change their time: each remaining one comes once', async () => {
    const touched = new Map<string, CallItem>();
    const pages = await walk({ from }, 20, async (page) => {
      const behind = inPeriod()
        .filter(({ at, pk }) => at < (page.at(-1)?.at ?? '') && !touched.has(pk))
        .sort(newestFirst);
      const [seen, gone, earlier, later] = [page[0], behind[3], behind[5], behind[7]];
      for (const call of [seen, gone]) if (call) await remove(call.pk);
      if (earlier) await put([moved(earlier, from)]);
      if (later) await put([moved(later, '2026-11-25T00:00:00.000Z')]);
      for (const call of [seen, gone, earlier, later])
        if (call && !touched.has(call.pk)) touched.set(call.pk, call);
    });
    const found = pks(pages.flat()).filter((pk) => !touched.has(pk));
    await put([...touched.values()]);

    expect(touched.size).toBeGreaterThan(20);
    expect(found.sort()).toEqual(
      pks(inPeriod())
        .filter((pk) => !touched.has(pk))
        .sort(),
    );
  });

  const moved = (call: CallItem, time: string): CallItem => ({
    ...call,
    at: `${time}#${call.ref}`,
    slot: `${time.slice(0, 10)}#${call.slot.at(-1)}`,
  });

  test('is not moved by calls that arrive', async () => {
    const [model] = calls;
    const arrivals: CallItem[] = [];
    const pages = await walk({ from }, 100, async () => {
      const pk = `cc#arrived-${arrivals.length}`;
      arrivals.push(moved({ ...(model as CallItem), pk, ref: refOf(pk) }, '2026-11-28T00:00:00.000Z'));
      await put(arrivals.slice(-1));
    });
    const found = pks(pages.flat()).filter((pk) => !pk.startsWith('cc#arrived'));
    for (const { pk } of arrivals) await remove(pk);

    expect(found).toEqual(pks(inPeriod().sort(newestFirst)));
  });
});

test('finds calls dated after their arrival, unless the period ends before', async () => {
  const from = '2026-11-28';
  const ahead = pks(calls.filter(({ at }) => at >= from).sort(newestFirst));

  expect(ahead.length).toBeGreaterThan(10);
  expect(pks((await walk({ from }, 7)).flat())).toEqual(ahead);
  expect((await walk({ from, to: '2026-12-01T00:00:00.000Z' }, 7)).flat()).toEqual([]);
});

test('finds all calls of an id, even if more have it than are read at once', async () => {
  const [model] = calls;
  const same = Array.from({ length: 130 }, (_, n) => {
    const pk = `icc#same-${n}`;
    const at = `2026-11-2${n % 6}T00:00:00.000Z#${refOf(pk)}`;
    const slot = `${at.slice(0, 10)}#${n % 4}`;
    return {
      ...(model as CallItem),
      pk,
      id: `same-${n}`,
      ref: refOf(pk),
      callId: 'same',
      otherId: 'same',
      at,
      slot,
    };
  });
  await put(same);
  const found = pks((await walk({ from: '2026-11-01', id: 'same' }, 50)).flat());
  for (const { pk } of same) await remove(pk);

  expect(found).toEqual(pks(same.sort(newestFirst)));
});

describe('a page', () => {
  /** How many requests each page took. */
  const requestsOf = async (filters: CallFilters, limit = 50) => {
    let requests = 0;
    client.middlewareStack.add(
      (next) => (input) => {
        requests++;
        return next(input);
      },
      { step: 'initialize', name: 'count' },
    );
    const counts: number[] = [];
    const pages = await walk(filters, limit, async () => {
      counts.push(requests);
      requests = 0;
    });
    client.middlewareStack.remove('count');
    return { counts, pages };
  };

  test('of an empty month is one, after few rounds of reads', async () => {
    const { counts } = await requestsOf({ from: '2026-03-01', to: '2026-03-31' });

    expect(counts).toHaveLength(1);
  });

  test('of months without calls ends early, and the last one has the call', async () => {
    const [model] = calls;
    const pk = 'cc#old';
    const old = { ...(model as CallItem), pk, ref: refOf(pk), at: `2024-01-01T00:00:00.000Z#${refOf(pk)}` };
    await put([{ ...old, slot: '2024-01-01#2' }]);
    const { counts, pages } = await requestsOf({ from: '2024-01-01', to: '2024-06-01' });
    await remove(pk);

    expect(pks(pages.flat())).toEqual([pk]);
    expect(counts.length).toBeGreaterThan(2);
    expect(Math.max(...counts)).toBeLessThanOrEqual(160);
  });

  test('of a filter with few matches is read within bounds, and leaves nothing out', async () => {
    const [model] = calls;
    const length = 3_000;
    // Now in one lane, now in another, of which the first has twice as many calls as another.
    const laneOf = (n: number) => (n % 10 < 4 ? 0 : 1 + (n % 3));
    const rare = (n: number) => n % 397 === 396;
    const many = Array.from({ length }, (_, n) => {
      const pk = `cc#many-${n}`;
      const at = `2025-06-01T00:${new Date(n * 1_000).toISOString().slice(14, 23)}Z#${refOf(pk)}`;
      const talkSeconds = rare(n) ? 4_711 : 1;
      const intent = 'x'.repeat(1_000);
      return {
        ...(model as CallItem),
        pk,
        ref: refOf(pk),
        at,
        slot: `2025-06-01#${laneOf(n)}`,
        talkSeconds,
        intent,
      };
    });
    await put(many);
    const filters = { from: '2025-06-01', to: '2025-06-02', minTalk: 4_711 };
    const { counts, pages } = await requestsOf(filters);
    const { units } = await queryCalls(filters, { limit: 50 });

    expect(pks(pages.flat())).toEqual(pks(many.filter((_, n) => rare(n)).sort(newestFirst)));
    expect(counts.length).toBeGreaterThan(2);
    expect(units).toBeGreaterThan(50);
    expect(units).toBeLessThan(250);
  });

  test('of huge items fits into an answer of Lambda', async () => {
    const [model] = calls;
    const huge = Array.from({ length: 20 }, (_, n) => {
      const pk = `cc#huge-${n}`;
      const at = `2025-07-01T00:00:00.000Z#${refOf(pk)}`;
      return {
        ...(model as CallItem),
        pk,
        ref: refOf(pk),
        at,
        slot: `2025-07-01#${n % 4}`,
        intent: '"'.repeat(300_000),
      };
    });
    for (const item of huge) await put([item]);
    const pages = await walk({ from: '2025-07-01', to: '2025-07-02' }, 200);

    expect(pks(pages.flat())).toEqual(pks(huge.sort(newestFirst)));
    for (const page of pages)
      expect(JSON.stringify(JSON.stringify(page)).length).toBeLessThan(6 * 1024 * 1024);
  });
});

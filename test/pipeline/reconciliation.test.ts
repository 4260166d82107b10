import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportOf } from '../../commands/lib/reconciliation/report.ts';
import { writeTombstone } from '../../shared/deliveries/tombstone.ts';
import { Unlisted } from '../../shared/nxcloud/unlisted.ts';
import { reconcile } from '../../shared/reconciliation/reconcile.ts';
import { begunRun, type Run } from '../../shared/reconciliation/run.ts';
import {
  lastStarted,
  latestSummary,
  readRun,
  runsWithin,
  saveRun,
} from '../../shared/reconciliation/state.ts';
import { settledUntil } from '../../shared/reconciliation/windows.ts';
import { type Behaviour, startProvider } from '../support/nxcloud-provider.ts';
import { listRow, writtenRow } from '../support/nxcloud-rows.ts';
import { type Scenario, scenario, toldCalls } from '../support/nxcloud-scenario.ts';
import { putDeliveries } from '../support/own-tables.ts';
import { s3 } from '../support/pipeline.ts';
import { asking, callOf, deliveryOf, foundBy, openWorld, pksOf } from '../support/reconciliation.ts';

const signal = new AbortController().signal;
const HOUR_MS = 3_600_000;
// Some calls of the first hours end in the last one.
const HOURS = 4;
const BUSY_HOURS = 3;

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld('reconciliation');
});
afterAll(() => world.stop());

// Each test has hours of its own, so that none finds another's calls.
let begin = Date.parse('2025-01-01T00:00:00Z');
beforeEach(() => {
  begin += 10 * 24 * HOUR_MS;
  world.proxy.faultOf = () => undefined;
});

const iso = (time: number): string => new Date(time).toISOString();
const periodOf = (hours = HOURS) => ({ from: iso(begin), to: iso(begin + hours * HOUR_MS) });

/** A story of these hours, of which the callbacks that were not dropped have come, and the provider that lists it. */
const COUNTS = { calls: 90, dropped: 12, changed: 5, onlyOurs: 3 };

const told = async (behaviour: Partial<Behaviour> = {}, counts = COUNTS) => {
  const span = { from: begin, until: begin + BUSY_HOURS * HOUR_MS };
  const story = scenario(span, counts, begin / HOUR_MS);
  const provider = await startProvider(story.rows, behaviour);
  await world.post(story.bodies);
  return { story, provider, expected: expectedOf(story) };
};

const expectedOf = ({ dropped, changed, onlyOurs }: Scenario) => ({
  missing: pksOf(dropped),
  different: pksOf(changed),
  unexpected: pksOf(onlyOurs),
});

describe('finds exactly what is missing, different and unexpected, fills it once, and finds nothing missing then', () => {
  test.each<[string, Partial<Behaviour>, number?]>([
    ['newest first', {}],
    ['oldest first, by when calls ended', { order: 'oldest first', filtersBy: 'endTime' }],
    ['in no order, the last second included', { order: 'none', isEndInclusive: true }],
    ['in no order, by when calls ended', { order: 'none', filtersBy: 'endTime', language: 'en' }],
    ['with rows of one page again in the next', { repeatedRows: 30 }, 450],
    ['by a clock that is two minutes off', { clockAheadMs: 120_000 }],
  ])('in a list %s', async (_, behaviour, calls = COUNTS.calls) => {
    const { story, provider, expected } = await told(behaviour, { ...COUNTS, calls });
    const run = await reconcile(periodOf(), asking(provider));
    const sent = await world.queued();
    await world.take(sent);
    const again = await reconcile(periodOf(), asking(provider));
    provider.stop();

    expect(foundBy(run)).toEqual(expected);
    expect(run).toMatchObject({ compared: story.rows.length, filled: 12, missingCount: 12 });
    expect(sent.map(({ pk }) => pk).sort()).toEqual(expected.missing);
    expect(sent.map(({ source }) => source)).toEqual(sent.map(() => 'list'));
    expect(foundBy(again)).toEqual({ ...expected, missing: [] });
    expect(await world.queued()).toEqual([]);
  });
});

test('what is listed while somebody pages is found, and nothing twice', async () => {
  const arriving = toldCalls(
    8,
    { from: begin, until: begin + BUSY_HOURS * HOUR_MS },
    begin / HOUR_MS + 1,
  ).map(({ row }) => row);
  const { story, provider, expected } = await told({ arriving: [...arriving] });
  const run = await reconcile(periodOf(), asking(provider));
  const rest = await reconcile(periodOf(), asking(provider));
  provider.stop();
  await world.queued();

  expect(foundBy(rest).missing).toEqual(
    [...expected.missing, ...pksOf(arriving.map(({ callId }) => callId))].sort(),
  );
  expect(new Set(foundBy(run).missing).size).toBe(run.missing.length);
  expect(rest.compared).toBe(story.rows.length);
});

describe('ended at any step and run again, it has found and filled the same', () => {
  test.each(['before', 'after'])('%s the step was done', async (moment) => {
    for (let step = 0, isOver = false; !isOver; step++) {
      begin += 24 * HOUR_MS;
      const counts = { calls: 30, dropped: 6, changed: 2, onlyOurs: 2 };
      const { provider, expected } = await told({}, counts);
      const controller = new AbortController();
      let steps = 0;
      world.proxy.faultOf = () => {
        if (steps++ === step) controller.abort();
        if (!controller.signal.aborted) return undefined;
        return moment === 'before' ? 'reset' : 'drop';
      };
      const first = await reconcile(periodOf(), asking(provider, { signal: controller.signal })).catch(
        (error: Error) => error,
      );
      isOver = !controller.signal.aborted;
      world.proxy.faultOf = () => undefined;
      const sent = await world.queued();
      // Either what was put into the queue has come into the table by then, or not.
      if (step % 2 === 0) await world.take(sent);
      const run = isOver ? first : await reconcile(periodOf(), asking(provider));
      provider.stop();

      if (run instanceof Error) throw run;
      expect({ step, ...foundBy(run) }).toEqual({ step, ...expected });
      expect(run).toMatchObject({ filled: 6, compared: 28, missingCount: 6 });
      const rest = await world.queued();
      expect([...new Set([...sent, ...rest].map(({ pk }) => pk))].sort()).toEqual(expected.missing);
    }
  });
});

/** A provider that lists calls of these hours. */
const listing = (...calls: [id: string, fields?: object][]) =>
  startProvider(calls.map(([id, fields]) => listRow(id, begin + HOUR_MS, fields)));

test('a call that was erased is not missing, and is not filled in', async () => {
  const provider = await listing(['erased'], ['dropped']);
  await writeTombstone('cc#erased', signal);
  const run = await reconcile(periodOf(), asking(provider));
  provider.stop();

  expect(foundBy(run).missing).toEqual(['cc#dropped']);
  expect(run).toMatchObject({ compared: 2, erased: 1, filled: 1 });
  expect((await world.queued()).map(({ pk }) => pk)).toEqual(['cc#dropped']);
});

test('a call that waits for the projector is not missing, and is compared by its deliveries', async () => {
  const provider = await listing(['waits'], ['waits-changed', { caller: '85299999999' }]);
  await putDeliveries(
    ['waits', 'waits-changed'].map((id) => deliveryOf(writtenRow(listRow(id, begin + HOUR_MS)))),
  );
  const run = await reconcile(periodOf(), asking(provider));
  provider.stop();

  expect(foundBy(run)).toEqual({ missing: [], different: ['cc#waits-changed'], unexpected: [] });
  expect(run.different[0]?.fields).toEqual({ caller: { ours: '85215236100', theirs: '85299999999' } });
});

test('--dry-run finds the same, and writes and sends nothing', async () => {
  await world.forget();
  const { provider, expected } = await told();
  const run = await reconcile(periodOf(), asking(provider, { dryRun: true, enrich: true }));
  provider.stop();

  expect(foundBy(run)).toEqual(expected);
  expect(run).toMatchObject({ filled: 0, enriched: 0 });
  expect(await world.queued()).toEqual([]);
  expect(await world.objects()).toEqual([]);
});

test('--enrich takes over what the list says more, once', async () => {
  const provider = await listing(['sparse']);
  await world.post(['{"callId":"sparse","caller":"85215236100"}']);
  const plain = await reconcile(periodOf(), asking(provider));
  const nothing = await world.queued();
  const run = await reconcile(periodOf(), asking(provider, { enrich: true }));
  const sent = await world.queued();
  await world.take(sent);
  const again = await reconcile(periodOf(), asking(provider, { enrich: true }));
  provider.stop();

  expect([plain, run, again].map(({ additional, enriched }) => [additional, enriched])).toEqual([
    [1, 0],
    [1, 1],
    [0, 0],
  ]);
  expect(nothing).toEqual([]);
  expect(await callOf('cc#sparse')).toMatchObject({
    caller: '85215236100',
    lineIp: '127.0.0.1',
    sipCode: 487,
  });
});

test('of a call that only the list has told of, what the list says later is taken over', async () => {
  const provider = await listing(['filled']);
  await reconcile(periodOf(), asking(provider));
  await world.take(await world.queued());
  Object.assign(provider.rows[0] ?? {}, { recordUrl: 'https://record.example.com/1.mp3', callDuration: 9 });
  const run = await reconcile(periodOf(), asking(provider));
  await world.take(await world.queued());
  const again = await reconcile(periodOf(), asking(provider));
  provider.stop();

  expect([run, again].map(({ differentCount, enriched }) => [differentCount, enriched])).toEqual([
    [0, 1],
    [0, 0],
  ]);
  expect(await callOf('cc#filled')).toMatchObject({
    recordingUrl: 'https://record.example.com/1.mp3',
    talkSeconds: 9,
  });
});

test('NXCloud is asked singly for at most 50 calls that it does not list, and the others are unexpected all the same', async () => {
  const provider = await startProvider([]);
  const ids = Array.from({ length: 60 }, (_, n) => `unlisted-${n}`);
  await world.post(
    [...ids, 'nxcloud-test-1'].map((id) =>
      writtenRow(listRow(id, begin + HOUR_MS, { endTime: begin + 5e6 })),
    ),
  );
  const run = await reconcile(periodOf(), asking(provider));
  provider.stop();

  expect(foundBy(run).unexpected).toEqual(pksOf(ids));
  expect(provider.seen.filter(({ query }) => query.callId !== undefined)).toHaveLength(50);
});

test('a call that a window did not list and NXCloud has is not unexpected', async () => {
  const provider = await listing(['elsewhere', { startTime: begin - 5 * HOUR_MS }]);
  await world.post([writtenRow(listRow('elsewhere', begin + HOUR_MS))]);
  const run = await reconcile(periodOf(), asking(provider));
  provider.stop();

  expect(run).toMatchObject({ compared: 0, unexpected: [] });
});

test('calls that a later window lists are waited for, and not asked for one by one', async () => {
  const times = { startTime: begin + 0.5 * HOUR_MS, endTime: begin + 2.5 * HOUR_MS };
  const rows = Array.from({ length: 60 }, (_, n) => listRow(`long-${n}`, times.startTime, times));
  const provider = await startProvider(rows, { filtersBy: 'endTime' });
  await world.post(rows.map(writtenRow));
  const run = await reconcile(periodOf(), asking(provider));
  provider.stop();

  expect(run).toMatchObject({ compared: 60, unexpectedCount: 0, missingCount: 0 });
  expect(provider.seen.filter(({ query }) => query.callId !== undefined)).toEqual([]);
});

test.each(['startTime', 'endTime'] as const)(
  'a call that has just ended is left to the next run, on either side, if the list goes by %s',
  async (filtersBy) => {
    const [now, minute] = [Date.now(), 60_000];
    const row = (id: string, beganAgo: number, endedAgo: number) =>
      listRow(`${filtersBy}-${id}`, now - beganAgo * minute, { endTime: now - endedAgo * minute });
    const provider = await startProvider([row('long', 30, 1), row('short', 5, 4), row('dropped', 30, 15)], {
      filtersBy,
    });
    await world.post([writtenRow(row('not-listed-yet', 20, 3))]);
    const period = { from: iso(now - 60 * minute), to: settledUntil(new Date(now)) };
    const run = await reconcile(period, asking(provider));
    provider.stop();
    await world.queued();

    expect(foundBy(run)).toEqual({ missing: [`cc#${filtersBy}-dropped`], different: [], unexpected: [] });
    expect(run.compared).toBe(1);
  },
);

test('what has expired by the retention is not missing, and does not come back', async () => {
  const hoursAgo = (hours: number) => Date.now() - hours * HOUR_MS;
  const row = (id: string, hours: number) => listRow(`retention-${id}`, hoursAgo(hours));
  const provider = await startProvider([row('expired', 50), row('kept', 46)]);
  process.env.CC_RETENTION_DAYS = '2';
  const period = { from: iso(hoursAgo(52)), to: iso(hoursAgo(45)) };
  const run = await reconcile(period, asking(provider, { enrich: true })).finally(() => {
    delete process.env.CC_RETENTION_DAYS;
  });
  provider.stop();

  expect(foundBy(run).missing).toEqual(['cc#retention-kept']);
  expect(run).toMatchObject({ compared: 1, expired: 1 });
  expect((await world.queued()).map(({ pk }) => pk)).toEqual(['cc#retention-kept']);
});

test('a call whose times contradict each other is compared once, though two windows list it', async () => {
  const startTime = begin + 55 * 60_000;
  const provider = await startProvider([listRow('odd', startTime, { endTime: startTime - 24 * HOUR_MS })]);
  const run = await reconcile(periodOf(), asking(provider));
  provider.stop();

  expect(run).toMatchObject({ compared: 1, missingCount: 1, filled: 1 });
  expect(await world.queued()).toHaveLength(1);
});

test('what was compared before NXCloud refused is kept, and the next run goes on there', async () => {
  const { story, provider, expected } = await told();
  const asked = new Set<unknown>();
  const onProgress = ({ position }: Run) => {
    if (position === iso(begin + HOUR_MS)) provider.failNext({ code: 1003, msg: 'Invalid signature' });
  };
  const refused = reconcile(periodOf(), asking(provider, { onProgress }));
  await expect(refused).rejects.toThrow(Unlisted);
  const before = provider.seen.length;
  const run = await reconcile(periodOf(), asking(provider));
  for (const { query } of provider.seen.slice(before)) asked.add(query.startTime);
  provider.stop();
  await world.queued();

  expect(foundBy(run)).toEqual(expected);
  expect(run.compared).toBe(story.rows.length);
  expect(asked).not.toContain(begin / 1000 - 600);
});

test('a run that may not go on ends after a window, and the next one goes on there', async () => {
  const { provider, expected } = await told();
  const run = await reconcile(periodOf(), asking(provider, { source: 'schedule', mayGoOn: () => false }));
  const started = await lastStarted('schedule', signal);
  await reconcile(periodOf(), asking(provider, { source: 'schedule' }));
  provider.stop();
  await world.queued();

  expect(run).toMatchObject({ position: iso(begin + HOUR_MS) });
  expect(run).not.toHaveProperty('finishedAt');
  expect(started).toEqual({ ...periodOf(), startedAt: run.startedAt });
  expect(await lastStarted('schedule', signal)).toMatchObject({ finishedAt: expect.any(String) });
  expect(foundBy((await readRun(periodOf(), signal)) as Run)).toEqual(expected);
});

test.each(['no JSON', '{}', '{"from":"2025"}', '[]', 'null', ''])(
  'what is kept of runs and says %j is done anew',
  async (broken) => {
    const { provider, expected } = await told({}, { calls: 30, dropped: 4, changed: 2, onlyOurs: 1 });
    const options = asking(provider, { source: 'schedule' });
    await reconcile(periodOf(), { ...options, mayGoOn: () => false });
    for (const Key of await world.objects())
      await s3.send(new PutObjectCommand({ Bucket: 'reconciliation', Key, Body: broken }));

    expect(await latestSummary(signal)).toBeUndefined();
    expect(await lastStarted('schedule', signal)).toBeUndefined();
    expect(await Array.fromAsync(runsWithin(periodOf(), signal))).toEqual([]);
    await world.take(await world.queued());
    const run = await reconcile(periodOf(), options);
    provider.stop();
    await world.queued();

    expect(run.finishedAt).toBeDefined();
    expect(foundBy(run)).toMatchObject({ different: expected.different, unexpected: expected.unexpected });
    expect(await latestSummary(signal)).toMatchObject({ at: run.finishedAt });
  },
);

test('a report counts a call once that several runs found missing, and tells of runs that have not finished', async () => {
  await world.forget();
  const at = iso(begin + 2.5 * HOUR_MS);
  const hour = at.slice(0, 13);
  const save = async (run: Run, ...names: string[]) => {
    const missing = names.map((name) => ({ pk: `cc#${name}`, at }));
    await saveRun({ ...run, missing, missingCount: 2, missingByHour: { [hour]: 2 } }, signal);
  };
  await save(begunRun(periodOf(3)), 'a', 'b');
  await save(begunRun(periodOf(4)), 'b', 'c');
  const { text, data } = await reportOf(periodOf(), signal);

  expect(data).toMatchObject({ runs: 2, missingCount: 3, missingByHour: { [hour]: 3 } });
  expect(text).toMatch(
    /^No run has finished yet\.\n\nMissing.+\n.+ 3\n\nIn 2 runs of .+:\n3 missing, 0 different/,
  );
});

test('the summary of the last run has numbers only, and no call', async () => {
  const { provider, story } = await told();
  await reconcile(periodOf(), asking(provider, { source: 'schedule' }));
  provider.stop();
  await world.queued();

  expect(await latestSummary(signal)).toEqual({
    ...periodOf(),
    at: expect.any(String),
    source: 'schedule',
    compared: story.rows.length,
    missing: 12,
    filled: 12,
    different: 5,
    unexpected: 3,
    erased: 0,
  });
});

test('nothing is asked for more than an hour and its overlap, and little is kept, however long the period is', async () => {
  const { provider } = await told();
  const kept: number[] = [];
  const onProgress = ({ open }: Run) => kept.push(open?.listed.length ?? 0);
  await reconcile(periodOf(72), asking(provider, { onProgress }));
  provider.stop();
  await world.queued();
  const windows = provider.seen.filter(({ query }) => query.callId === undefined);
  const spans = windows.map(({ query }) => Number(query.endTime) - Number(query.startTime));

  expect(Math.max(...spans)).toBe(80 * 60);
  // The calls of one window.
  expect(Math.max(...kept)).toBeLessThan(90);
  expect(await readRun(periodOf(72), signal)).not.toHaveProperty('open');
});

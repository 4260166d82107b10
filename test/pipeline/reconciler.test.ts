import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler } from '../../functions/reconciler.ts';
import { s3 } from '../../shared/files/s3.ts';
import { providerOf } from '../../shared/reconciliation/provider.ts';
import { reconcile } from '../../shared/reconciliation/reconcile.ts';
import { lastStarted, latestSummary, saveStarted } from '../../shared/reconciliation/state.ts';
import { logger } from '../../shared/telemetry/logger.ts';
import { metricsOf } from '../../shared/telemetry/metrics.ts';
import { storeCall } from '../support/api.ts';
import { type Behaviour, type Provider, startProvider } from '../support/nxcloud-provider.ts';
import { type ListRow, listRow } from '../support/nxcloud-rows.ts';
import { useOwnTables } from '../support/own-tables.ts';
import { callAt } from '../support/pipeline.ts';

const HOUR_MS = 3_600_000;
const ago = (hours: number) => Date.now() - hours * HOUR_MS;
const iso = (time: number) => new Date(time).toISOString();
const signal = AbortSignal.timeout(170_000);

let provider: Provider;
const logged: { level: string; message: string; more: Record<string, unknown> }[] = [];
const counted: Record<string, number>[] = [];

beforeAll(async () => {
  // What is missing there is stored in those of the stack, where other tests have calls.
  await useOwnTables('reconciler');
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(logger, level).mockImplementation((...[message, more]: unknown[]) => {
      logged.push({ level, message: String(message), more: more as Record<string, unknown> });
    });
  }
  vi.spyOn(metricsOf('cc'), 'addMetric').mockImplementation((name, _unit, value) => {
    counted.push({ [name]: value });
    return metricsOf('cc');
  });
});

let n = 0;
const call = (hoursAgo: number): ListRow => {
  const startTime = Math.floor(ago(hoursAgo));
  return listRow(`reconciler-${n++}`, startTime, { endTime: startTime + 5_000 });
};

/** A provider that lists these calls, and a stage that compares as often as `schedule` says and has no report yet. */
const stageWith = async (schedule: string, rows: ListRow[], behaviour: Partial<Behaviour> = {}) => {
  provider?.stop();
  provider = await startProvider(rows, behaviour);
  const bucket = `reconciler-${n++}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  Object.assign(process.env, {
    STAGE: 'local',
    RECONCILE: schedule,
    FILES_BUCKET: bucket,
    NXCLOUD_GATEWAY: provider.gateway,
    NXCLOUD_ACCESS_KEY: provider.credentials.accessKey,
    NXCLOUD_SECRET: provider.credentials.accessSecret,
  });
};
beforeEach(() => {
  logged.length = 0;
  counted.length = 0;
});
afterAll(() => {
  provider?.stop();
  vi.restoreAllMocks();
});

const invoke = (milliseconds: () => number = () => 900_000) =>
  handler({}, { awsRequestId: 'test', getRemainingTimeInMillis: milliseconds } as Context);

/** The last run of the schedule ended so many hours ago. */
const ranUntil = (hours: number) => {
  const to = iso(ago(hours));
  return saveStarted('schedule', { from: iso(ago(hours + 24)), to, startedAt: to, finishedAt: to }, signal);
};

test('the first comparison looks back for a day; what is missing is stored like a callback, counted once, and told with its times', async () => {
  const rows = [call(20), call(3), call(2)];
  await stageWith('daily', rows);
  await invoke();

  for (const { callId } of rows) await callAt(`cc#${callId}`);
  const times = rows.map(({ startTime }) => iso(startTime));
  expect(logged).toEqual([
    {
      level: 'warn',
      message: 'reconciled',
      more: expect.objectContaining({
        ...{ compared: 3, missing: 3, filled: 3, different: 0, unexpected: 0 },
        ...{ firstMissingAt: times[0], lastMissingAt: times[2] },
      }),
    },
  ]);
  expect(counted).toEqual([{ Missing: 3 }]);
  const { from = '', to = '' } = (await latestSummary(signal)) ?? {};
  expect(Date.parse(to) - Date.parse(from)).toBe(24 * HOUR_MS);
  expect(JSON.stringify(logged)).not.toMatch(/reconciler-\d|852\d{5}|secret/);
});

test('nothing is asked before the next comparison is due', async () => {
  await stageWith('daily', [call(1)]);
  await ranUntil(23);
  await invoke();

  expect([provider.seen, logged, counted]).toEqual([[], [], []]);
});

test.each([
  ['daily', 24],
  ['hourly', 1],
])(
  '%s, the next one is due after %d hours, and looks back for calls that were listed late',
  async (schedule, hours) => {
    const late = call(hours + 5.5);
    await stageWith(schedule, [late, call(hours + 7)]);
    await ranUntil(hours);
    await invoke();

    await callAt(`cc#${late.callId}`);
    expect(counted).toEqual([{ Missing: 1 }]);
  },
);

test('what began longer ago than calls are kept is not missing, and does not come back', async () => {
  vi.stubEnv('CC_RETENTION_DAYS', '1');
  const kept = call(23);
  await stageWith('daily', [kept, call(25)]);
  await ranUntil(24);
  await invoke();
  vi.unstubAllEnvs();

  await callAt(`cc#${kept.callId}`);
  expect(counted).toEqual([{ Missing: 1 }]);
  expect(logged[0]?.more).toMatchObject({ compared: 1, missing: 1, filled: 1 });
});

test('nothing is asked while the stage compares nothing', async () => {
  await stageWith('off', [call(1)]);
  await invoke();
  delete process.env.RECONCILE;
  await invoke();

  expect([provider.seen, logged, counted]).toEqual([[], [], []]);
});

test('what there is no time for is left to the next invocation, and what was missing is counted when all is compared', async () => {
  await stageWith('hourly', [call(6.5), call(1.2)]);
  await ranUntil(1);
  await invoke(() => 59_000);

  const { from, finishedAt } = (await lastStarted('schedule', signal)) ?? {};
  expect(finishedAt).toBeUndefined();
  expect(logged).toMatchObject([{ level: 'info', message: 'reconciling' }]);
  expect(Date.parse(String(logged[0]?.more.position)) - Date.parse(from ?? '')).toBe(HOUR_MS);
  expect(counted).toEqual([]);

  await invoke();
  expect(logged[1]).toMatchObject({ message: 'reconciled', more: { from, missing: 2, filled: 2 } });
  expect(counted).toEqual([{ Missing: 2 }]);
  expect((await lastStarted('schedule', signal))?.finishedAt).toBeDefined();
});

test('a comparison in which nothing is missing is told quietly', async () => {
  await stageWith('hourly', []);
  await ranUntil(1);
  await invoke();

  expect(logged).toMatchObject([{ level: 'info', message: 'reconciled', more: { compared: 0, missing: 0 } }]);
  expect(counted).toEqual([]);
});

test('calls of which the list says something else, or which it does not have, are counted apart', async () => {
  const other = call(2);
  await storeCall('cc', { ...other, callee: '85299999999' });
  await storeCall('cc', call(3));
  await stageWith('hourly', [other]);
  await ranUntil(1);
  await invoke();

  expect(logged).toMatchObject([
    { level: 'info', message: 'reconciled', more: { compared: 1, missing: 0, different: 1, unexpected: 1 } },
  ]);
  expect(counted).toEqual([{ Different: 1 }, { Unexpected: 1 }]);
});

describe('that it cannot compare is an error of the function, whose reason says what to do:', () => {
  const failing = async () => {
    await expect(invoke()).rejects.toThrow();
    expect(logged).toMatchObject([{ level: 'error', message: 'unreconciled' }]);
    expect(counted).toEqual([]);
    return String(logged[0]?.more.reason);
  };

  test('a wrong secret', async () => {
    await stageWith('hourly', []);
    process.env.NXCLOUD_SECRET = 'another-secret';

    expect(await failing()).toContain('npm run secret');
    expect(JSON.stringify(logged)).not.toContain('another-secret');
  });

  test('no secret', async () => {
    await stageWith('hourly', []);
    process.env.NXCLOUD_SECRET = '';

    expect(await failing()).toContain('NXCLOUD_SECRET');
  });

  test('an hour for which there is not enough time, until it is compared from a terminal', async () => {
    await stageWith('hourly', [call(2)]);
    await ranUntil(1);
    provider.failNext('hang');
    await expect(invoke(() => 15_000)).rejects.toThrow();
    const { from = '', to = '' } = (await lastStarted('schedule', signal)) ?? {};
    const reason = String(logged[0]?.more.reason);
    const options = { provider: await providerOf('local'), source: 'command', signal } as const;
    const compared = await reconcile({ from, to }, options);
    await invoke();

    expect(reason).toContain(`--from ${from} --to ${to}`);
    expect(compared).toMatchObject({ missingCount: 1 });
    expect(logged[1]).toMatchObject({ message: 'reconciled', more: { from, to, missing: 1, filled: 1 } });
    expect(counted).toContainEqual({ Missing: 1 });
  });

  test('an account without Call Center', async () => {
    await stageWith('hourly', [], { hasCallCenter: false });

    expect(await failing()).toContain('1005');
  });

  test('reports that cannot be read', async () => {
    await stageWith('hourly', []);
    process.env.FILES_BUCKET = 'there-is-no-such-bucket';

    expect(await failing()).toContain('NoSuchBucket');
  });
});

import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type CallListOptions, PAGE_SIZE } from '../../../shared/nxcloud/call-list.ts';
import { Unlisted } from '../../../shared/nxcloud/unlisted.ts';
import {
  firstPage,
  optionsOf,
  problemOf,
  rowsOf,
  start,
  stopAll,
  walk,
} from '../../support/nxcloud-asking.ts';
import type { Behaviour, Fault } from '../../support/nxcloud-provider.ts';

afterEach(stopAll);

describe('what may go away is asked again, signed anew each time', () => {
  const body = '<!doctype html>';
  const faults: Fault[] = [
    ...[500, 502, 503, 429, 408].map((status) => ({ status, body })),
    ...[88, 99, 7777].map((code) => ({ code })),
    ...[{ status: 200, body }, { status: 200 }, { status: 200, body: '{"code":0,"data":[{"callId":"1"' }],
    ...[
      { status: 200, body: '{"code":true}' },
      { status: 200, body: '{"code":""}' },
      { status: 200, body: '[0]' },
    ],
    ...(['drop', 'drop midway'] as const),
  ];

  test.each(faults)('%j', async (fault) => {
    const provider = await start(rowsOf(3));
    provider.failNext(fault, fault, fault);

    expect(await firstPage(optionsOf(provider))).toHaveLength(3);
    const { seen } = provider;
    const sent = seen.map(({ headers }) => ({ ts: Number(headers.ts), sign: headers.sign }));
    expect(seen.map(({ isSigned }) => isSigned)).toEqual([true, true, true, true]);
    expect(new Set(sent.map(({ sign }) => sign)).size).toBe(4);
    for (const [n, { ts }] of sent.entries()) expect(Math.abs(ts - (seen[n]?.at ?? 0))).toBeLessThan(60_000);
    expect(sent.map(({ ts }) => ts)).toEqual(sent.map(({ ts }) => ts).toSorted());
  });

  test.each(faults)('and given up after four attempts: %j', async (fault) => {
    const provider = await start(rowsOf(3));
    provider.failNext(...Array(4).fill(fault));
    const problem = await problemOf(firstPage(optionsOf(provider)));

    expect(problem).toBeInstanceOf(Unlisted);
    expect(problem.isFinal).toBe(false);
    expect(provider.seen).toHaveLength(4);
  });

  test('and why it is asked again is told', async () => {
    const provider = await start(rowsOf(3));
    provider.failNext({ status: 503 }, 'drop');
    const told: string[] = [];
    const onRetry = ({ message }: Unlisted) => told.push(message);
    await firstPage(optionsOf(provider, { onRetry }));

    expect(told).toEqual([
      'NXCloud answered with status 503',
      expect.stringMatching(/^no connection to 127/),
    ]);
  });

  test('a server that is asked too often', async () => {
    const rows = rowsOf(2 * PAGE_SIZE + 1);
    const provider = await start(rows, { rateMs: 50 });
    const backOffMs = [60, 60, 60];

    expect((await walk(optionsOf(provider, { backOffMs }))).flat()).toHaveLength(rows.length);
  });
});

describe('what somebody has to correct is asked once', () => {
  const cases: [title: string, Partial<Behaviour>, Partial<CallListOptions>, told: object][] = [
    [
      'a wrong secret',
      {},
      { accessSecret: 'wrong' },
      { code: 1003, message: expect.stringContaining('npm run secret') },
    ],
    [
      'a wrong access key',
      {},
      { accessKey: 'AKother' },
      { code: 1005, message: expect.stringContaining('NXCLOUD_ACCESS_KEY') },
    ],
    [
      'an account without Call Center',
      { hasCallCenter: false },
      {},
      { code: 1005, message: expect.stringContaining('no Call Center') },
    ],
  ];
  test.each(cases)('%s', async (_, behaviour, options, told) => {
    const provider = await start([], behaviour);
    const problem = await problemOf(firstPage(optionsOf(provider, options)));

    expect(problem).toMatchObject({ ...told, isFinal: true });
    expect(provider.seen).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['a parameter', { code: 1002 }],
    ['missing headers', { code: 1001 }],
    ['a period', { code: 41000, msg: 'End date cannot be empty' }],
    ['another server', { status: 404, body: 'not found' }],
    ['a server that has moved', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a status that contradicts its code', { status: 403, body: '{"code":0,"data":[]}' }],
    ['a code with another status', { status: 401, body: '{"code":1005,"msg":"no"}' }],
    [
      'an answer nested too deeply',
      { status: 200, body: `{"code":0,"data":${'['.repeat(1e5)}${']'.repeat(1e5)}}` },
    ],
    ['an endless answer', 'endless'],
  ])('%s', async (_, fault) => {
    const provider = await start([]);
    provider.failNext(fault);
    const problem = await problemOf(firstPage(optionsOf(provider)));

    expect(problem).toBeInstanceOf(Unlisted);
    expect(problem.isFinal).toBe(true);
    expect(provider.seen).toHaveLength(1);
  });

  test.each([
    ['no URL', { gateway: 'api-hk.nxlink.ai' }, 'NXCLOUD_GATEWAY is no URL'],
    ['a URL with a password', { gateway: 'https://a:the-secret@127.0.0.1' }, 'NXCLOUD_GATEWAY is no URL'],
    ['this machine', { takesLoopback: false }, 'address not public'],
    ['a private network', { gateway: 'https://10.0.0.1' }, 'address not public'],
    ['a gateway without TLS', { gateway: 'http://192.0.1.1' }, 'not https'],
    ['an access key that fits no header', { accessKey: 'AK\n1' }, 'NXCLOUD_ACCESS_KEY'],
    ['no access key', { accessKey: '' }, 'NXCLOUD_ACCESS_KEY'],
    ['no secret', { accessSecret: '' }, 'npm run secret'],
  ])('%s: nothing is sent', async (_, options, told) => {
    const provider = await start([]);
    const problem = await problemOf(firstPage(optionsOf(provider, options)));

    expect(problem).toMatchObject({ isFinal: true, message: expect.stringContaining(told) });
    expect(problem.message).not.toContain('the-secret');
    expect(provider.seen).toEqual([]);
  });

  test('this machine, unless it is said that it may be asked', async () => {
    const { gateway, credentials } = await start([]);
    const { signal } = new AbortController();

    await expect(firstPage({ gateway, ...credentials, signal })).rejects.toThrow('address not public');
  });

  test('a server that gives every page the same', async () => {
    const provider = await start(rowsOf(PAGE_SIZE), { repeatedRows: PAGE_SIZE });

    await expect(walk(optionsOf(provider))).rejects.toThrow('a page twice');
  });
});

describe('a clock that is off', () => {
  test.each([-600_000, 600_000, 86_400_000])(
    'by %i ms is corrected by the answer, for later requests too',
    async (clockAheadMs) => {
      const provider = await start(rowsOf(2 * PAGE_SIZE), { clockAheadMs });
      const options = optionsOf(provider);

      expect((await walk(options)).flat()).toHaveLength(2 * PAGE_SIZE);
      expect(provider.seen.map(({ query }) => query.page)).toEqual([1, 1, 2, 3]);
      provider.behaviour.clockAheadMs = 0;
      expect(await firstPage(options)).toHaveLength(PAGE_SIZE);
      expect(provider.seen.every(({ isSigned }) => isSigned)).toBe(true);
    },
  );

  test('is told if the answer does not help', async () => {
    const provider = await start([], { clockAheadMs: 600_000, hasDate: false });

    expect(await problemOf(firstPage(optionsOf(provider)))).toMatchObject({
      ...{ code: 1004, isFinal: true, message: expect.stringContaining('set the clock') },
    });
    expect(provider.seen).toHaveLength(2);
    provider.behaviour.clockAheadMs = 0;
    expect(await firstPage(optionsOf(provider))).toEqual([]);
    expect(provider.seen).toHaveLength(3);
  });

  test('is not corrected if nobody says that it is off', async () => {
    const provider = await start(rowsOf(1), { clockAheadMs: 30_000 });
    await firstPage(optionsOf(provider));
    provider.behaviour.clockAheadMs = -40_000;

    expect(await firstPage(optionsOf(provider))).toHaveLength(1);
    expect(provider.seen).toHaveLength(2);
  });
});

describe('a server that does not answer', () => {
  test.each<Fault>(['hang', 'hang midway'])('is given up after a while: %s', async (fault) => {
    const provider = await start(rowsOf(1));
    provider.failNext(fault);

    expect(await firstPage(optionsOf(provider, { timeoutMs: 3_000 }))).toHaveLength(1);
    expect(provider.seen.length).toBeGreaterThan(1);
  });

  test('is told with its host and the time', async () => {
    const provider = await start([]);
    provider.failNext('hang');
    const { host } = new URL(provider.gateway);

    await expect(firstPage(optionsOf(provider, { timeoutMs: 100, backOffMs: [] }))).rejects.toThrow(
      `${host} did not answer within 0.1 s`,
    );
  });

  test('is not there', async () => {
    const provider = await start([]);
    provider.stop();

    await expect(firstPage(optionsOf(provider))).rejects.toThrow('ECONNREFUSED');
  });
});

describe('whoever asks can stop', () => {
  const reason = new Error('enough');

  test.each<[string, Fault | undefined, Partial<CallListOptions>]>([
    ['before an answer', 'hang', {}],
    ['in the middle of an answer', 'hang midway', {}],
    ['at the last attempt', 'hang', { backOffMs: [] }],
    ['while it waits for another attempt', { status: 503 }, { backOffMs: [1e6] }],
    ['between two pages', undefined, { paceMs: 1e6 }],
  ])('%s', async (_, fault, options) => {
    const provider = await start(rowsOf(PAGE_SIZE));
    if (fault !== undefined) provider.failNext(fault);
    const controller = new AbortController();
    const asked = problemOf(walk(optionsOf(provider, { ...options, signal: controller.signal })));
    await expect.poll(() => provider.seen.length).toBe(1);
    controller.abort(reason);

    expect(await asked).toBe(reason);
    expect(provider.seen).toHaveLength(1);
  });

  test('before anything is sent', async () => {
    const provider = await start([]);

    expect(await problemOf(firstPage(optionsOf(provider, { signal: AbortSignal.abort(reason) })))).toBe(
      reason,
    );
    expect(provider.seen).toEqual([]);
  });
});

test('the secret is in no request, and in no error', async () => {
  const accessSecret = 'a secret that nobody may see';
  const provider = await start([], { accessSecret });
  const options = optionsOf(provider, { backOffMs: [] });
  const faults: Fault[] = [
    ...[
      'hang',
      'drop',
      'drop midway',
      { status: 500, body: accessSecret },
      { status: 404, body: accessSecret },
    ],
    ...[88, 1001, 1002, 1003, 1004, 1005, 41000].map((code) => ({
      code,
      msg: `signed with ${accessSecret}`,
    })),
  ] as Fault[];
  const problems = [];
  for (const fault of faults) {
    provider.failNext(
      ...(typeof fault === 'object' && 'code' in fault && fault.code === 1004 ? [fault, fault] : [fault]),
    );
    problems.push(await problemOf(firstPage({ ...options, timeoutMs: 2_000 })));
  }

  expect(problems).toHaveLength(faults.length);
  expect(problems.every((problem) => problem instanceof Unlisted)).toBe(true);
  expect(inspect(problems, { depth: 9, showHidden: true })).not.toContain(accessSecret);
  const sent = provider.seen.map(({ headers, body }) => JSON.stringify(headers) + body);
  expect(sent.join()).not.toContain(accessSecret);
});

import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { CallView } from '../../../shared/calls/view.ts';
import { get, storeCall } from '../../support/api.ts';
import { useOwnTables } from '../../support/own-tables.ts';

const SEED = 20_261_126;
const RUNS = 300;
// Each reads the lanes of up to a hundred years.
const TIMEOUT_MS = 900_000;

const AGES = [0, 1, 5, 20];
const CALLS = AGES.map((days) => ({
  callId: `call-${days}`,
  caller: '85235757581',
  startTime: Date.now() - days * 86_400_000,
  direction: 1,
}));

beforeAll(async () => {
  await useOwnTables('api-hostile');
  for (const call of CALLS) await storeCall('cc', call);
});

const NAMES =
  'number caller callee agent id callback from to zone direction answered abandoned status hangupBy minTalk maxTalk recording issues ongoing limit cursor pk sk'.split(
    ' ',
  );

const INJECTIONS = [
  "' OR '1'='1",
  '"; DROP TABLE calls; --',
  '{"$ne":null}',
  ':key AND attribute_exists(pk)',
  '{{process.env.CALLS_TABLE}}',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '%00',
  '%0d%0aset-cookie:%20a=b',
  '%',
  '%zz',
  '%ff%fe',
  '%ed%a0%80',
  '%F0%9F%98%80',
  '__proto__',
  'constructor',
  'cc#call-0',
  'cc%23call-0',
  'rejected%23cc',
  '9'.repeat(400),
  '\uffff',
];
const NUMBERS = [
  '0',
  '-1',
  '1',
  '50',
  '200',
  '201',
  '1e9',
  'Infinity',
  'NaN',
  '0x10',
  '9007199254740993',
  '1.5',
];
const TIMES = [
  '2026-02-30',
  '2026-13-01',
  '0000-00-00',
  '9999-12-31',
  '-271821-04-19',
  '+275760-09-13T00:00:00Z',
  '2026-03-29T02:30',
  '2026-10-25T02:30',
  '2011-12-30',
  '2018-11-04',
  '2026-11-26T24:00',
  '2026-11-26T23:59:60Z',
  '2026-11-26T08:00:00%2B08:00',
  '2026-11-26T08:00:00+08:00',
  '2026-11-01',
  '2026-11-01T00:00:00Z',
  '2100-01-01',
  'now',
];
const ZONES = [
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Asia/Shanghai',
  'UTC',
  '%2B08:00',
  'Asia/Nowhere',
  'EST5EDT',
  'europe/berlin',
  '../UTC',
];
const CURSORS = [
  '2026-11-26T04:04:11.000Z%230123456789abcdef',
  '2026-11-20',
  '~2026-11-20',
  '~',
  '2026-02-30',
  '2026-11-26T99:99:99.999Z',
  '9999-12-31',
  '0001-01-01',
  'eyJwayI6eyJTIjoiMSJ9fQ==',
];
const WORDS = [
  'true',
  'false',
  'unknown',
  'inbound',
  'unknown:9',
  'cc',
  'cc,icc',
  'cc,,icc',
  'id:4711',
  'call-0',
  '85235757581',
  '%2B852 3575-7581',
  'sip:85235757581@10.0.0.1',
  '',
];

const value = fc.oneof(
  fc.constantFrom(...INJECTIONS, ...NUMBERS, ...TIMES, ...ZONES, ...CURSORS, ...WORDS),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
// Mostly what a parameter can be, so that not every query is refused for the first of its
// parameters.
const FITTING: Record<string, string[]> = {
  from: TIMES,
  to: TIMES,
  zone: ZONES,
  cursor: CURSORS,
  limit: NUMBERS,
  minTalk: NUMBERS,
  maxTalk: NUMBERS,
  number: WORDS,
  caller: WORDS,
  callee: WORDS,
  agent: WORDS,
  id: WORDS,
  callback: ['cc', 'cc,icc', 'sms'],
  answered: ['true', 'false', 'unknown'],
  abandoned: ['true', 'unknown'],
  direction: ['inbound', 'unknown:1'],
  recording: ['true', 'false'],
  issues: ['true'],
  ongoing: ['true', 'false'],
};
const pair = fc
  .oneof({ weight: 6, arbitrary: fc.constantFrom(...Object.keys(FITTING)) }, fc.constantFrom(...NAMES), value)
  .chain((name) => {
    const fitting = Object.hasOwn(FITTING, name) ? FITTING[name] : undefined;
    return fitting
      ? fc.tuple(fc.constant(name), fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...fitting) }, value))
      : fc.tuple(fc.constant(name), value);
  });
const query = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.array(pair, { maxLength: 3 }).map((pairs) => pairs.map((both) => both.join('=')).join('&')),
  },
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const path = fc.oneof(
  { weight: 6, arbitrary: fc.constant('/api/calls') },
  fc.constantFrom('/api/call', '/api/agents', '/api/recording'),
);

/** Whether the calls answered are as they were asked for, as far as the query is plain. */
const isRight = (asked: URLSearchParams, calls: CallView[]): boolean =>
  calls.every(
    ({ callback, direction, answered, at, callId }, n) =>
      (!asked.has('callback') || asked.get('callback')?.split(',').includes(callback)) &&
      (!asked.has('direction') || asked.get('direction') === direction) &&
      (!asked.has('answered') || asked.get('answered') === String(answered ?? 'unknown')) &&
      (!asked.has('id') || asked.get('id')?.trim() === callId) &&
      !asked.has('callee') &&
      !asked.has('agent') &&
      !asked.has('recording') &&
      !asked.has('minTalk') &&
      at < (calls[n - 1]?.at ?? '~'),
  ) && calls.length <= Number(asked.get('limit') ?? 50);

test(
  `answers ${RUNS} hostile queries with 400 or correctly`,
  async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(path, query, async (asked, text) => {
        const { status, body } = await get(asked, text);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);

        expect([200, 400, 404]).toContain(status);
        if (status === 404) expect(['/api/call', '/api/recording']).toContain(asked);
        if (status === 400) expect(body.issues.length).toBeGreaterThan(0);
        if (status === 200 && asked === '/api/calls')
          expect(isRight(new URLSearchParams(text), body.calls)).toBe(true);
      }),
      { seed: SEED, numRuns: RUNS },
    );

    // Some of them are fine.
    expect(statuses.get(200)).toBeGreaterThan(RUNS / 20);
    expect(statuses.get(400)).toBeGreaterThan(RUNS / 4);
  },
  TIMEOUT_MS,
);

import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Context, SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { handler } from '../../../functions/exporter.ts';
import { dynamodb as functionsDynamodb } from '../../../shared/deliveries/dynamodb.ts';
import { ERASURES } from '../../../shared/exports/erasures.ts';
import { type Job, serializeJob } from '../../../shared/exports/job.ts';
import { type ExportState, readState, writeState } from '../../../shared/exports/state.ts';
import { logger } from '../../../shared/telemetry/logger.ts';
import { type ApiAnswer, get, post } from '../../support/api.ts';
import { callOf } from '../../support/calls.ts';
import { readXlsx } from '../../support/exports.ts';
import { machineToken } from '../../support/machine-token.ts';
import { writeCalls } from '../../support/many-calls.ts';
import { dynamodb, s3 } from '../../support/pipeline.ts';
import { eventually } from '../../support/until.ts';

const { apiUrl, callsTable, bucket, sqsEndpoint } = inject('stack');
const ports = inject('ports');
const { origin } = new URL(apiUrl);

const CALLS = Array.from({ length: 1_200 }, (_, n) =>
  callOf('cc', {
    callId: `exported-${n}`,
    caller: `+8526333${String(n).padStart(4, '0')}`,
    agentName: n === 7 ? '=HYPERLINK("http://evil.example")' : '陈大文',
    startTime: Date.UTC(2001, 4, 6) + n * 60_000,
    callDuration: n % 120,
  }),
);
const RUNS = 200;

// A day that no other test has calls of.
const PERIOD = { from: '2001-05-06', to: '2001-05-06' };

const signal = () => AbortSignal.timeout(60_000);
const stateOf = (id: string): Promise<ExportState | undefined> => readState(id, signal());

beforeAll(async () => {
  process.env.EXPORTS_QUEUE_URL = `${sqsEndpoint}/000000000000/nxcloud-callbacks-local-exports`;
  await writeCalls(dynamodb, callsTable, CALLS);
});
afterEach(() => vi.restoreAllMocks());

type Answered = { id: string; state: string; url: string; calls: number; bytes: number };

describe('over HTTP', () => {
  let token: string;
  beforeAll(async () => {
    token = await machineToken(`http://127.0.0.1:${ports.oidc}`);
  });
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${origin}${path}`, { headers, ...init });
    return { status: response.status, body: (await response.json()) as Answered };
  };
  const exported = async (wanted: object) => {
    const { status, body } = await ask('/api/exports', { method: 'POST', body: JSON.stringify(wanted) });
    expect(status).toBe(202);
    return eventually(async () => {
      const told = await ask(`/api/exports?id=${body.id}`);
      expect(told).toMatchObject({ status: 200, body: { state: 'ready' } });
      return { ...told.body, id: body.id };
    });
  };

  test('a CSV file is requested, written, and downloaded by a link of 15 minutes', async () => {
    const { id, ...told } = await exported({ filters: PERIOD, format: 'csv', lang: 'zh', zone: 'UTC' });
    const response = await fetch(told.url);
    const [header = '', ...rows] = Buffer.from(await response.arrayBuffer())
      .toString()
      .trimEnd()
      .split('\r\n');
    const { searchParams, pathname } = new URL(told.url);

    expect(told).toEqual({ state: 'ready', url: told.url, calls: 1_200, bytes: expect.any(Number) });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(header).toMatch(/^\uFEFF通话ID,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(CALLS.toReversed().map(({ callId }) => callId));
    expect(rows.at(-8)).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(pathname).toBe(`/${bucket}/exports/${id}.csv`);
    expect(searchParams.get('X-Amz-Expires')).toBe('900');
    expect(searchParams.get('response-content-disposition')).toContain('calls-2001-05-06-2001-05-06.csv');
  });

  test('an XLSX file has the calls that match the filters', async () => {
    const { url, calls } = await exported({
      filters: { ...PERIOD, minTalk: 100, zone: 'UTC' },
      format: 'xlsx',
    });
    const { rows } = readXlsx(Buffer.from(await (await fetch(url)).arrayBuffer()));
    const expected = CALLS.toReversed().filter(({ talkSeconds = 0 }) => talkSeconds >= 100);

    expect(calls).toBe(expected.length);
    expect(rows[0]?.A?.value).toBe('Call ID');
    expect(rows.slice(1).map(({ A }) => A?.value)).toEqual(expected.map(({ callId }) => callId));
  });

  test('a file of several parts is whole', async () => {
    const texts = Object.fromEntries(
      ['agentName', 'agentNickName', 'intent', 'callStatus'].map((name) => [name, '长'.repeat(650)]),
    );
    const long = Array.from({ length: 900 }, (_, n) =>
      callOf('cc', { callId: `long-${n}`, startTime: Date.UTC(2001, 6, 8) + n * 60_000, ...texts }),
    );
    await writeCalls(dynamodb, callsTable, long);
    const filters = { from: '2001-07-08', to: '2001-07-08' };
    const { id, url, bytes } = await exported({ filters, format: 'csv', zone: 'UTC' });
    const file = Buffer.from(await (await fetch(url)).arrayBuffer());
    const command = new GetObjectCommand({ Bucket: bucket, Key: `exports/${id}.csv` });

    expect(file.length).toBe(bytes);
    expect((await s3.send(command)).ETag).toMatch(/-2"$/);
    expect(
      file
        .toString()
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((row) => row.split(',')[0]),
    ).toEqual(long.toReversed().map(({ callId }) => callId));
  });

  test('nothing starts without a token', async () => {
    const response = await fetch(`${origin}/api/exports`, { method: 'POST', body: '{"format":"csv"}' });

    expect(response.status).toBe(401);
  });
});

describe('an invalid request is refused', () => {
  test.each<[unknown, string, string]>([
    ['', '', 'must be a JSON object'],
    ['{', '', 'must be a JSON object'],
    ['[]', 'format', 'is needed'],
    ['null', '', 'must be a JSON object'],
    [`{"format":"csv","lang":"${'x'.repeat(70_000)}"}`, '', 'must have at most 65536 bytes'],
    [{}, 'format', 'is needed'],
    [{ format: 'parquet' }, 'format', 'must be csv or xlsx'],
    [{ format: 'csv', lang: 'de' }, 'lang', 'must be en or zh'],
    [{ format: 'csv', sheet: 1 }, 'sheet', 'is not a field here'],
    [{ format: 'csv', filters: 'all' }, 'filters', 'must be an object'],
    [{ format: 'csv', filters: ['all'] }, 'filters.0', 'is not a parameter here'],
    [{ format: 'csv', zone: 'Mars/Base' }, 'zone', 'must be a time zone like Asia/Shanghai'],
    [{ format: 'csv', filters: { colour: 'red' } }, 'filters.colour', 'is not a parameter here'],
    [{ format: 'csv', filters: { limit: 5 } }, 'filters.limit', 'is not a parameter here'],
    [
      { format: 'csv', filters: { minTalk: 'x' } },
      'filters.minTalk',
      'must be a whole number from 0 to 604800',
    ],
    [
      { format: 'csv', filters: { status: ['busy', 'no-answer'] } },
      'filters.status',
      'is given more than once',
    ],
    [
      { format: 'csv', filters: { caller: { $ne: null } } },
      'filters.caller',
      'must be text, a number, true or false, or a list of texts',
    ],
    [
      { format: 'csv', filters: { from: '2026-11-27', to: '2026-11-26' } },
      'filters.from',
      'must be before to',
    ],
  ])('%j', async (body, path, message) => {
    expect(await post('/api/exports', body)).toMatchObject({
      status: 400,
      body: { error: 'invalid_query', issues: expect.arrayContaining([{ path, message }]) },
    });
  });

  test.each(['', 'id=1', 'id=../calls', 'id=5b3c2d4e-0000-4000-8000-000000000000&x=1'])(
    'GET /api/exports?%s',
    async (query) => {
      expect((await get('/api/exports', query)).status).toBe(400);
    },
  );
});

test(`answers ${RUNS} hostile bodies with their issues`, async () => {
  const filters = fc.dictionary(
    fc.constantFrom('from', 'zone', 'agent', 'limit', '__proto__'),
    fc.jsonValue(),
  );
  const body = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.json(),
    fc.record({ format: fc.constantFrom('csv', 'ods', 1), filters }).map((wanted) => JSON.stringify(wanted)),
  );
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const { status, body: answered } = await post('/api/exports', sent);

      expect([202, 400]).toContain(status);
      if (status === 400) expect(answered.issues.length).toBeGreaterThan(0);
    }),
    { seed: 20_261_126, numRuns: RUNS },
  );
});

test('a body in base64 is read as well', async () => {
  expect((await post('/api/exports', { format: 'csv', filters: PERIOD }, 'base64')).status).toBe(202);
});

test('an unknown id is not found', async () => {
  expect(await get('/api/exports', { id: crypto.randomUUID() })).toMatchObject({
    status: 404,
    body: { error: 'not_found' },
  });
});

describe('the exporter', () => {
  const jobWith = (changes: Partial<Job> = {}): Job => ({
    id: crypto.randomUUID(),
    format: 'csv',
    language: 'en',
    askedAt: '2026-11-26T04:04:11.000Z',
    filters: { from: '2001-05-06T00:00:00.000Z', to: '2001-05-07T00:00:00.000Z', zone: 'UTC' },
    ...changes,
  });

  /** Hands the exporter a job, as Lambda does, for the n-th time. */
  const deliver = (job: Job, attempt = 1, remainingMs = 900_000): Promise<void> => {
    const attributes = { ApproximateReceiveCount: String(attempt) };
    const event = { Records: [{ messageId: '1', body: serializeJob(job), attributes }] };
    const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs };
    return handler(event as unknown as SQSEvent, context as Context);
  };
  const told = async ({ id }: Job): Promise<ApiAnswer['body']> => (await get('/api/exports', { id })).body;

  /** The objects of a job. */
  const objectsOf = async ({ id }: Job): Promise<string[]> => {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: `exports/${id}` });
    return ((await s3.send(command)).Contents ?? []).map(({ Key = '' }) => Key.replace(`exports/${id}`, ''));
  };

  test('says why it failed for good, after a third attempt', async () => {
    const job = jobWith();
    await writeState(job.id, { state: 'running', done: 0, at: new Date().toISOString() }, signal());
    vi.stubEnv('CALLS_TABLE', 'away');
    await expect(deliver(job, 1)).rejects.toThrow();
    const first = await told(job);
    await expect(deliver(job, 3)).rejects.toThrow();
    const third = await told(job);
    vi.unstubAllEnvs();

    expect(first).toEqual({ state: 'running', done: 0 });
    expect(third).toEqual({
      state: 'failed',
      reason: 'Writing failed three times; the log of the exporter says why. Try again later.',
    });
    expect(await objectsOf(job)).toEqual(['.json']);
  });

  test('says that there are too many calls for its time, and tries no more', async () => {
    const job = jobWith();
    await deliver(job, 1, 20_000);

    expect(await told(job)).toMatchObject({ state: 'failed', reason: expect.stringContaining('15 minutes') });
    expect(await objectsOf(job)).toEqual(['.json']);
  });

  test('writes a file once, however often its message comes', async () => {
    const job = jobWith();
    const modifiedAt = async () => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: `exports/${job.id}.csv` });
      return (await s3.send(command)).ETag;
    };
    await deliver(job);
    const [before, state] = [await modifiedAt(), await stateOf(job.id)];
    vi.stubEnv('CALLS_TABLE', 'away');
    await deliver(job, 2);
    vi.unstubAllEnvs();

    expect(await modifiedAt()).toBe(before);
    expect(await stateOf(job.id)).toEqual(state);
    expect(state).toMatchObject({ state: 'ready', calls: 1_200 });
  });

  test('writes a file anew if an erasure removed calls meanwhile', async () => {
    const calls = [1, 2, 3].map((n) =>
      callOf('cc', { callId: `erased-${n}`, startTime: Date.UTC(2001, 7, 9) + n * 60_000 }),
    );
    await writeCalls(dynamodb, callsTable, calls);
    const job = jobWith({
      filters: { from: '2001-08-09T00:00:00.000Z', to: '2001-08-10T00:00:00.000Z', zone: 'UTC' },
    });
    let isErased = false;
    const erase = async () => {
      isErased = true;
      await dynamodb.send(
        new DeleteItemCommand({ TableName: callsTable, Key: { pk: { S: 'cc#erased-2' } } }),
      );
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${ERASURES}a.json`, Body: '{}' }));
    };
    const send = functionsDynamodb.send.bind(functionsDynamodb) as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(functionsDynamodb, 'send').mockImplementation(async (...args: unknown[]) => {
      const answer = await send(...args);
      // By then some of the calls have been read.
      if (!isErased && JSON.stringify(answer).includes('erased-2')) await erase();
      return answer;
    });
    await deliver(job);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `exports/${job.id}.csv` }));
    const file = await Body?.transformToString();

    expect(isErased).toBe(true);
    expect([...new Set(file?.match(/erased-\d/g))]).toEqual(['erased-3', 'erased-1']);
    expect(await told(job)).toMatchObject({ state: 'ready', calls: 2 });
  });

  test('that waits behind others is not given up before its message expires', async () => {
    const [waiting, lost] = [jobWith(), jobWith()];
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    await writeState(waiting.id, { state: 'queued', at: hoursAgo(95) }, signal());
    await writeState(lost.id, { state: 'queued', at: hoursAgo(97) }, signal());

    expect(await told(waiting)).toEqual({ state: 'running', done: 0 });
    expect(await told(lost)).toMatchObject({ state: 'failed' });
  });

  test('is running as soon as its exporter begins, even if that fails', async () => {
    const job = jobWith();
    await writeState(job.id, { state: 'queued', at: new Date().toISOString() }, signal());
    vi.stubEnv('CALLS_TABLE', 'away');
    await expect(deliver(job)).rejects.toThrow();
    vi.unstubAllEnvs();

    expect(await stateOf(job.id)).toEqual({ state: 'running', done: 0, at: expect.any(String) });
  });

  test('that stopped without a report is not waited for', async () => {
    const job = jobWith();
    await writeState(job.id, { state: 'running', done: 9, at: '2026-01-01T00:00:00.000Z' }, signal());

    expect(await told(job)).toEqual({ state: 'failed', reason: expect.stringContaining('without a report') });
  });

  test("logs ids and figures, never the request's values", async () => {
    const lines: unknown[][] = [];
    for (const level of ['info', 'error'] as const)
      vi.spyOn(logger, level).mockImplementation((...line: unknown[]) => void lines.push(line));
    const { filters } = jobWith();
    await deliver(jobWith({ filters: { ...filters, number: '85263330007' } }));
    await deliver(jobWith({ filters: { ...filters, number: '85263330007' } }), 1, 0);

    expect(lines.map(([message]) => message)).toEqual(['exported', 'unexported']);
    expect(JSON.stringify(lines)).not.toContain('85263330007');
  });
});

test('an export leaves an audit line when it is requested and when its link is returned', async () => {
  const lines: unknown[][] = [];
  vi.spyOn(logger, 'info').mockImplementation((...line: unknown[]) => void lines.push(line));
  const { body } = await post('/api/exports', {
    format: 'csv',
    filters: { ...PERIOD, number: '85263330007' },
  });
  await eventually(async () => expect((await get('/api/exports', { id: body.id })).body.state).toBe('ready'));
  const who = { action: 'export', export: body.id, sub: 'reader-1', requestId: 'request-1' };

  expect(lines.filter(([message]) => message === 'audit')).toEqual([
    ['audit', { ...who, calls: 0 }],
    ['audit', { ...who, calls: 1 }],
  ]);
});

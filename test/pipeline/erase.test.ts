import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { serialize } from '../../shared/deliveries/message.ts';
import { refOf } from '../../shared/deliveries/ref.ts';
import { tombstoneKey } from '../../shared/deliveries/tombstone.ts';
import type { Certificate } from '../../shared/erasure/certificate.ts';
import { serializeJob } from '../../shared/recordings/job.ts';
import { deliveries } from '../support/calls.ts';
import { type Finished, finish, start } from '../support/commands.ts';
import { machineToken } from '../support/machine-token.ts';
import { dataDir, isUp, postTo, startIn } from '../support/npm-start.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { plainEnvironment, ROOT } from '../support/run.ts';
import { placesWith, type Stores, storesOf, type Texts } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { type Endpoint, startEndpoint } from '../support/webhook-endpoint.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const WHO = '85263149027';
const TYPED = '+852 6314-9027';
const OTHER = '85238533300';
const DAY = Date.UTC(2026, 5, 15, 4);

let server: RecordingServer;
let endpoint: Endpoint;
let ports: Ports;
let stores: Stores;
let env: NodeJS.ProcessEnv;
let certificates: string;
beforeAll(async () => {
  [server, endpoint, ports] = [await startRecordingServer(), await startEndpoint(SECRET), await freePorts()];
  const folder = mkdtempSync(join(dataDir, 'erase-'));
  certificates = mkdtempSync(join(dataDir, 'certificates-'));
  const settings = { DATA_DIR: folder, WEBHOOK_URLS: endpoint.url, WEBHOOK_SECRET: SECRET };
  await isUp(startIn(ROOT, ports, settings));
  stores = storesOf(ports, folder);
  const places = Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]);
  env = plainEnvironment({ ...Object.fromEntries(places), ...settings });
});
afterAll(() => Promise.all([server.stop(), endpoint.stop()]));

const command = (name: string, args: string[], input = ''): Promise<Finished> => {
  const child = start(name, args, { env });
  child.stdin.end(input);
  return finish(child);
};
const erase = (number: string, args: string[] = [], input = '') =>
  command('erase', ['--number', number, '--out', certificates, ...args], input);

const send = async (callback: string, body: object | string) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (await postTo(ports, `/${callback}/callback?token=local`, text)).status;
};

const sendToQueue = (name: string, MessageBody: string) => {
  const QueueUrl = `http://127.0.0.1:${ports.sqs}/000000000000/nxcloud-callbacks-local-${name}`;
  return stores.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
};

const askApi = async (path: string, body?: object) => {
  const token = await machineToken(`http://127.0.0.1:${ports.oidc}`);
  const response = await fetch(`http://127.0.0.1:${ports.http}${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, string>;
};

const exported = async (format: string, period: object): Promise<string> => {
  const { id = '' } = await askApi('/api/exports', { format, filters: { ...period, zone: 'UTC' } });
  await until(async () => (await askApi(`/api/exports?id=${id}`)).state === 'ready');
  return id;
};

const lastCertificate = (): { json: Certificate; texts: string[] } => {
  const files = readdirSync(certificates).sort().slice(-2);
  const texts = files.map((file) => readFileSync(join(certificates, file), 'utf8'));
  return { json: JSON.parse(texts[0] ?? ''), texts };
};

/** Resolves when nothing is on its way any more. */
const atRest = () =>
  until(async () => {
    const live = Object.keys(await stores.queues()).filter((place) => !place.includes('-dlq '));
    return live.length === 0;
  });

let minute = 0;
const cc = (callId: string, fields: object) => ({ callId, startTime: DAY + 60_000 * minute++, ...fields });
const pns = (callId: string, fields: object) => ({ callId, startAt: DAY / 1000 + 60 * minute++, ...fields });

/** Every way in which a call is somebody's. */
const own: [callback: string, pk: string, body: object][] = [];
/** What has the number elsewhere, or a number that is like it. */
const others: [callback: string, pk: string, body: object][] = [];

const makeUp = () => {
  const recordUrl = server.url('/small');
  own.push(
    ['cc', 'cc#caller', cc('caller', { caller: TYPED, callee: OTHER, recordUrl })],
    ['cc', 'cc#caller', cc('caller', { caller: TYPED, callee: OTHER, recordUrl, callDuration: 9 })],
    ['cc', 'cc#callee', cc('callee', { caller: OTHER, callee: `sip:00${WHO}@10.0.0.1:5060` })],
    ['cc', `cc#${WHO}-7`, cc(`${WHO}-7`, { caller: WHO })],
    [
      'pns',
      'pns#call:leg',
      pns('leg', {
        caller: OTHER,
        callee: '85211112222',
        did: '85235757584',
        legList: [{ callType: 2, caller: '85235757584', callee: WHO, callRecordFile: recordUrl }],
      }),
    ],
    [
      'pns',
      'pns#call:legs',
      pns('legs', {
        caller: OTHER,
        did: '85235757584',
        legList: [
          { callType: 1, caller: '85233334444' },
          { callType: 2, callee: TYPED },
        ],
      }),
    ],
    [
      'predictive',
      'predictive#dialled',
      { uuid: 'dialled', type: 2, state: 1, time: DAY / 1000, callphone: WHO },
    ],
    ['icc', 'icc#icc-1', { data: { id: 'icc-1', callingNumber: `+${WHO}`, calledNumber: OTHER } }],
  );
  others.push(
    ['cc', 'cc#other', cc('other', { caller: OTHER, recordUrl: server.url('/tiny') })],
    ['cc', 'cc#same-end', cc('same-end', { caller: '13263149027', callee: '4963149027' })],
    ['cc', 'cc#similar', cc('similar', { caller: '63149027' })],
    ['cc', 'cc#text', cc('text', { caller: OTHER, other: `please ring ${TYPED}` })],
    ['cc', 'cc#name', cc('name', { caller: `NX${WHO}` })],
    ['pns', 'pns#call:did', pns('did', { caller: OTHER, callee: '85211112222', did: WHO })],
    ['pns', 'pns#call:own', pns('own', { caller: OTHER, callee: WHO, did: WHO })],
    [
      'predictive',
      'predictive#agent',
      {
        uuid: 'agent',
        type: 1,
        state: 2,
        time: DAY / 1000,
        agentid: 'a',
        sipid: WHO,
        callphone: OTHER,
      },
    ],
  );
};

const isMine = (place: string): boolean =>
  own.some(([, pk]) => place.startsWith(`${pk} `) || place.includes(`: ${pk} `));
const without = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([place]) => !isMine(place)));

/** What is of others in a store; tombstones are added by an erasure. */
const untouched = async (store: 'deliveries' | 'calls'): Promise<Texts> =>
  Object.fromEntries(
    Object.entries(without(await stores[store]())).filter(
      ([place]) => !place.startsWith('erased#') && !place.startsWith('rejected#'),
    ),
  );

describe('a number that is everywhere', () => {
  let before: Record<'deliveries' | 'calls', Texts>;
  let exports: { mine: string[]; other: string };
  const letters = () => {
    const [mine, known, another] = [
      ...deliveries('cc', [
        cc('lettered', { caller: WHO }),
        own[0]?.[2] ?? {},
        cc('another', { caller: OTHER }),
      ]),
    ];
    const job = (pk: string) =>
      serializeJob({
        pk,
        kind: 'recording',
        url: server.url('/small'),
        receivedAt: new Date(DAY).toISOString(),
        revisedAt: new Date(DAY).toISOString(),
      });
    const exporting = (filters: object) =>
      JSON.stringify({
        id: crypto.randomUUID(),
        format: 'csv',
        language: 'en',
        askedAt: new Date(DAY).toISOString(),
        filters,
      });
    const event = (pk: string, caller: string) =>
      JSON.stringify({ endpoint: 'x', id: 'evt_1', body: JSON.stringify({ data: { pk, caller } }) });
    const text = (item: typeof mine) => serialize(item as NonNullable<typeof mine>);
    return {
      gone: [
        ['deliveries-dlq', text(mine)],
        ['deliveries-dlq', text(known)],
        ['deliveries-dlq', `no JSON of ${TYPED}`],
        ['recordings-dlq', job('cc#caller')],
        ['recordings-dlq', job(`cc#${WHO}-9`)],
        ['exports-dlq', exporting({ number: TYPED })],
        ['webhooks-dlq', event('cc#lettered', WHO)],
        ['webhooks-dlq', event('cc#caller', 'nobody')],
      ],
      kept: [
        ['deliveries-dlq', text(another)],
        ['deliveries-dlq', 'no JSON'],
        ['recordings-dlq', job('cc#other')],
        ['exports-dlq', exporting({ number: OTHER })],
        ['webhooks-dlq', event('cc#other', OTHER)],
      ],
    } as { gone: [string, string][]; kept: [string, string][] };
  };
  let lettersOf: ReturnType<typeof letters>;

  beforeAll(async () => {
    makeUp();
    for (const [callback, , body] of [...own, ...others]) expect(await send(callback, body)).toBe(200);
    for (const text of [`{"callId": "${TYPED}`, `${WHO} is no JSON`, 'nothing of anybody'])
      expect(await send('cc', text)).toBe(400);
    const archived = async () =>
      Object.keys(await stores.bucket()).filter((key) => key.startsWith('recordings/'));
    await until(
      async () =>
        (await archived()).length === 3 && stores.log().match(/"message":"archived"/g)?.length === 3,
    );
    const keys = [...own, ...others].map(([, pk]) => `${pk} `);
    await until(async () => {
      const calls = await stores.calls();
      return keys.every((key) => calls[key] !== undefined) && calls['cc#caller ']?.includes('"versions":2');
    });
    await atRest();
    const period = { from: '2026-06-15', to: '2026-06-15' };
    exports = {
      mine: [await exported('csv', period), await exported('xlsx', period)],
      other: await exported('csv', { from: '2020-06-15', to: '2020-06-15' }),
    };
    const report = {
      missing: [
        { pk: 'cc#caller', at: '' },
        { pk: 'cc#other', at: '' },
      ],
      different: [{ pk: 'cc#other', at: '', fields: { caller: { ours: OTHER, theirs: TYPED } } }],
      unexpected: [{ pk: 'cc#name', at: '' }],
      missingCount: 2,
    };
    const Bucket = 'nxcloud-callbacks-local';
    await stores.s3.send(
      new PutObjectCommand({ Bucket, Key: 'reconciliations/a_b.json', Body: JSON.stringify(report) }),
    );
    await stores.s3.send(
      new PutObjectCommand({ Bucket, Key: 'reconciliations/latest.json', Body: '{"missing":2}' }),
    );
    lettersOf = letters();
    for (const [queue, text] of [...lettersOf.gone, ...lettersOf.kept]) await sendToQueue(queue, text);
    before = { deliveries: await untouched('deliveries'), calls: await untouched('calls') };
  });

  test('is listed, and nothing is changed, by --dry-run', async () => {
    const all = await stores.all();
    const { code, output } = await erase(TYPED, ['--dry-run', '--search-text']);
    const { log: _, ...now } = await stores.all();

    expect(code).toBe(0);
    expect(output).toContain('Found: 7 calls, 2 rejected bodies, 6 dead letters.');
    expect(output).toContain('63149027: 1 call');
    expect(output).toContain('Nothing was deleted.');
    expect(output).toContain(`${refOf('cc#text')}  other`);
    const { log: _1, ...then } = all;
    expect(now).toEqual(then);
  });

  test.each([
    ['no\n85263149028\n', 'That is not the number. Nothing was deleted.'],
    ['no\n', 'That is not the number. Nothing was deleted.'],
    ['', 'That is not the number. Nothing was deleted.'],
  ])('is not erased if %j is answered', async (answers, message) => {
    const { code, errors } = await erase(TYPED, [], answers);

    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(await untouched('calls')).toEqual(before.calls);
    expect(Object.keys(await stores.calls()).filter(isMine)).toHaveLength(7);
  });

  test('is nowhere after it was erased but where the certificate says, and all else is as it was', async () => {
    const { code, errors, output } = await erase(
      TYPED,
      ['--search-text', '--by', 'the officer'],
      `n\n0${WHO}\n`,
    );
    expect({ code, errors: errors.replace(/.*\? .*: ?/s, '') }).toMatchObject({ code: 0 });

    const { json, texts } = lastCertificate();
    const mentioned = new Set([
      ...(json.mentions ?? []).map(({ ref }) => ref),
      ...json.leftAlone.flatMap(({ refs }) => refs),
    ]);
    const found = placesWith(WHO.slice(1), await stores.all());
    const unnamed = found.filter((place) => !mentioned.has(refOf(/: (\S+) /.exec(place)?.[1] ?? '')));

    expect(unnamed).toEqual([]);
    expect(await untouched('deliveries')).toEqual(before.deliveries);
    expect(await untouched('calls')).toEqual(before.calls);
    expect(json).toMatchObject({
      number: '*********27',
      isComplete: true,
      deleted: {
        calls: 7,
        bodies: 8,
        recordings: 2,
        exports: 2,
        reconciliationEntries: 2,
        rejectedBodies: 2,
        deadLetters: { deliveries: 3, recordings: 2, exports: 1, webhooks: 2 },
      },
    });
    expect(json.by).toMatch(/^the officer \(.+ of this machine\)$/);
    expect(json.refs.toSorted()).toEqual([...new Set(own.map(([, pk]) => refOf(pk)))].sort());
    expect(json.leftAlone.flatMap(({ refs }) => refs).sort()).toEqual(
      [refOf('pns#call:own'), refOf('cc#similar')].sort(),
    );
    expect(placesWith(WHO.slice(-7), Object.fromEntries(texts.map((text) => [text, ''])))).toEqual([]);
    expect(output).toContain('Erased 7 calls with 8 bodies, 2 recordings and 2 exports.');
  });

  test('is in no dead letter, and the others are there and can be received', async () => {
    const left = Object.entries(await stores.queues()).filter(([place]) => place.includes('-dlq '));

    expect(
      left
        .map(([place, text]) => [place.split(' ')[0]?.replace('nxcloud-callbacks-local-', ''), text])
        .sort(),
    ).toEqual(lettersOf.kept.toSorted());
  });

  test('leaves the exports of other days, and says of its own that they are gone', async () => {
    expect((await askApi(`/api/exports?id=${exports.other}`)).state).toBe('ready');
    for (const id of exports.mine) {
      expect(await askApi(`/api/exports?id=${id}`)).toMatchObject({ state: 'failed' });
    }
    expect(
      Object.keys(await stores.bucket()).filter((key) => exports.mine.some((id) => key.includes(id))),
    ).toEqual(exports.mine.map((id) => `exports/${id}.json`).sort());
  });

  test('leaves a tombstone for each call, which tells nothing', async () => {
    const tombstones = Object.entries(await stores.deliveries()).filter(([place]) =>
      place.startsWith('erased#'),
    );

    for (const [, pk] of own) {
      const { pk: key } = tombstoneKey(pk);
      const item = JSON.parse(tombstones.find(([place]) => place === `${key} erased`)?.[1] ?? '{}');
      expect(item).toEqual({ pk: key, sk: 'erased', erasedAt: expect.any(String) });
    }
  });

  test('does not come back, whatever is tried', async () => {
    const { texts } = { texts: await stores.bucket() };
    const told = endpoint.sent.length;
    for (const [callback, , body] of own) expect(await send(callback, body)).toBe(200);
    expect(await send('cc', cc('caller', { caller: 'nobody', agentName: 'new' }))).toBe(200);
    expect(await send('cc', cc('lettered', { caller: WHO }))).toBe(200);
    expect(await send('cc', `${WHO} is no JSON`)).toBe(400);
    const [delivery] = deliveries('cc', [own[0]?.[2] ?? {}]);
    if (delivery) await sendToQueue('deliveries-dlq', serialize({ ...delivery, source: 'list' }));
    await sendToQueue('recordings', lettersOf.gone[3]?.[1] ?? '');
    const late = await askApi('/api/exports', {
      format: 'xlsx',
      filters: { from: '2026-06-15', to: '2026-06-15', zone: 'UTC' },
    });
    const commands: [string, string[]][] = [
      ['redrive', ['--queue', 'deliveries']],
      ['replay', []],
      ['rebuild', []],
      ['republish', ['--since', '2026-06-01']],
      ['archive', ['--since', '2026-06-01', '--failed']],
    ];
    for (const [name, args] of commands) await command(name, args);
    await until(async () => (await askApi(`/api/exports?id=${late.id}`)).state === 'ready');
    await atRest();

    const { json } = lastCertificate();
    const named = new Set([
      ...(json.mentions ?? []).map(({ ref }) => ref),
      ...json.leftAlone.flatMap(({ refs }) => refs),
    ]);
    const found = placesWith(WHO.slice(1), await stores.all()).filter(
      (place) => !named.has(refOf(/: (\S+) /.exec(place)?.[1] ?? '')),
    );
    // The new file has the calls that were left.
    expect(found.filter((place) => !place.includes(String(late.id)))).toEqual([]);
    const bucket = await stores.bucket();
    const file = bucket[`exports/${late.id}.xlsx`] ?? '';
    expect(file).toContain('other');
    for (const [, pk] of own) expect(file).not.toMatch(new RegExp(`>${pk.replace(/^\w+#(call:)?/, '')}<`));
    expect(Object.keys(bucket).filter((key) => key.startsWith('recordings/'))).toEqual(
      Object.keys(texts).filter((key) => key.startsWith('recordings/')),
    );
    expect(Object.keys(await stores.calls()).filter(isMine)).toEqual([]);
    expect(Object.keys(await stores.deliveries()).filter(isMine)).toEqual([]);
    expect(endpoint.sent.slice(told).filter(({ event }) => isMine(`${event.data.pk} `))).toEqual([]);
    expect(stores.log()).toMatch(/"message":"erased"/);
    expect(stores.log()).toMatch(/"Erased":/);
  });

  test('erased again, finds nothing and does no harm', async () => {
    const calls = await stores.calls();
    const { code } = await erase(TYPED, ['--yes']);

    expect(code).toBe(0);
    expect(lastCertificate().json).toMatchObject({
      isComplete: true,
      deleted: { calls: 0, bodies: 0, exports: 0 },
    });
    expect(await stores.calls()).toEqual(calls);
  });

  test('of which only the last digits are the same goes once somebody says so', async () => {
    const { code, output } = await erase(TYPED, [], `yes\n${WHO}\n`);

    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Erased 1 call ') });
    const calls = await stores.calls();
    expect(calls['cc#similar ']).toBeUndefined();
    expect(calls['cc#same-end ']).toBe(before.calls['cc#same-end ']);
  });
});

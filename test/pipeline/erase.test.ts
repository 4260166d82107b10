import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serialize } from '../../shared/deliveries/message.ts';
import { refOf } from '../../shared/deliveries/ref.ts';
import { tombstoneKey } from '../../shared/deliveries/tombstone.ts';
import { serializeJob } from '../../shared/recordings/job.ts';
import { deliveries } from '../support/calls.ts';
import { LOCAL } from '../support/commands.ts';
import { type Erasing, startErasing } from '../support/erasing.ts';
import { type Provider, startProvider } from '../support/nxcloud-provider.ts';
import { type ListRow, listRow } from '../support/nxcloud-rows.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { placesWith, type Texts } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { type Endpoint, startEndpoint } from '../support/webhook-endpoint.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const WHO = '85263149027';
const TYPED = '+852 6314-9027';
const OTHER = '85238533300';
const DAY = Date.UTC(2026, 5, 15, 4);

let server: RecordingServer;
let endpoint: Endpoint;
let provider: Provider;
let stage: Erasing;
beforeAll(async () => {
  [server, endpoint] = [await startRecordingServer(), await startEndpoint(SECRET)];
  makeUp();
  provider = await startProvider(listed());
  stage = await startErasing(
    { WEBHOOK_URLS: endpoint.url, WEBHOOK_SECRET: SECRET },
    {
      NXCLOUD_GATEWAY: provider.gateway,
      NXCLOUD_ACCESS_KEY: provider.credentials.accessKey,
      NXCLOUD_SECRET: provider.credentials.accessSecret,
    },
  );
});
afterAll(() => Promise.all([server.stop(), endpoint.stop(), provider.stop()]));

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

/** What NXCloud lists of the calls of Call Center. */
const listed = (): ListRow[] =>
  [...own, ...others]
    .filter(([callback]) => callback === 'cc')
    .map(([, , body]) => {
      const { callId, startTime, ...fields } = body as { callId: string; startTime: number };
      return listRow(callId, startTime, fields);
    });

const isMine = (place: string): boolean =>
  own.some(([, pk]) => place.startsWith(`${pk} `) || place.includes(`: ${pk} `));
const without = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([place]) => !isMine(place)));

/** What is of others in a store; tombstones are added by an erasure. */
const untouched = async (store: 'deliveries' | 'calls'): Promise<Texts> =>
  Object.fromEntries(
    Object.entries(without(await stage.stores[store]())).filter(
      ([place]) => !place.startsWith('erased#') && !place.startsWith('rejected#'),
    ),
  );

const filesIn = (bucket: Texts, prefix: string): string[] =>
  Object.keys(bucket).filter((key) => key.startsWith(prefix));

/** The places that have the number and that the certificate does not name. */
const unnamedPlaces = async (): Promise<string[]> => {
  const { mentions = [], leftAlone } = stage.lastCertificate().json;
  const named = new Set([...mentions.map(({ ref }) => ref), ...leftAlone.flatMap(({ refs }) => refs)]);
  const found = placesWith(WHO.slice(1), await stage.stores.all());
  return found.filter((place) => !named.has(refOf(/: (\S+) /.exec(place)?.[1] ?? '')));
};

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
    for (const [callback, , body] of [...own, ...others]) expect(await stage.send(callback, body)).toBe(200);
    for (const text of [`{"callId": "${TYPED}`, `${WHO} is no JSON`, 'nothing of anybody'])
      expect(await stage.send('cc', text)).toBe(400);
    const archived = async () =>
      Object.keys(await stage.stores.bucket()).filter((key) => key.startsWith('recordings/'));
    await until(
      async () =>
        (await archived()).length === 3 && stage.stores.log().match(/"message":"archived"/g)?.length === 3,
    );
    const keys = [...own, ...others].map(([, pk]) => `${pk} `);
    await until(async () => {
      const calls = await stage.stores.calls();
      return keys.every((key) => calls[key] !== undefined) && calls['cc#caller ']?.includes('"versions":2');
    });
    await stage.atRest();
    const period = { from: '2026-06-15', to: '2026-06-15' };
    exports = {
      mine: [await stage.exported('csv', period), await stage.exported('xlsx', period)],
      other: await stage.exported('csv', { from: '2020-06-15', to: '2020-06-15' }),
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
    await stage.stores.s3.send(
      new PutObjectCommand({ Bucket, Key: 'reconciliations/a_b.json', Body: JSON.stringify(report) }),
    );
    await stage.stores.s3.send(
      new PutObjectCommand({ Bucket, Key: 'reconciliations/latest.json', Body: '{"missing":2}' }),
    );
    lettersOf = letters();
    for (const [queue, text] of [...lettersOf.gone, ...lettersOf.kept]) await stage.sendToQueue(queue, text);
    before = { deliveries: await untouched('deliveries'), calls: await untouched('calls') };
  });

  test('is listed, and nothing is changed, by --dry-run', async () => {
    const all = await stage.stores.all();
    const { code, output } = await stage.erase(TYPED, ['--dry-run', '--search-text']);
    const { log: _, ...now } = await stage.stores.all();

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
    const { code, errors } = await stage.erase(TYPED, [], answers);

    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(await untouched('calls')).toEqual(before.calls);
    expect(Object.keys(await stage.stores.calls()).filter(isMine)).toHaveLength(7);
  });

  test('is nowhere after it was erased but where the certificate says, and all else is as it was', async () => {
    const { code, errors, output } = await stage.erase(
      TYPED,
      ['--search-text', '--by', 'the officer'],
      `n\n0${WHO}\n`,
    );
    expect({ code, errors: errors.replace(/.*\? .*: ?/s, '') }).toMatchObject({ code: 0 });

    const { json, texts } = stage.lastCertificate();

    expect(await unnamedPlaces()).toEqual([]);
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
    const left = Object.entries(await stage.stores.queues()).filter(([place]) => place.includes('-dlq '));

    expect(
      left
        .map(([place, text]) => [place.split(' ')[0]?.replace('nxcloud-callbacks-local-', ''), text])
        .sort(),
    ).toEqual(lettersOf.kept.toSorted());
  });

  test('leaves the exports of other days, and says of its own that they are gone', async () => {
    expect((await stage.askApi(`/api/exports?id=${exports.other}`)).state).toBe('ready');
    for (const id of exports.mine) {
      expect(await stage.askApi(`/api/exports?id=${id}`)).toMatchObject({ state: 'failed' });
    }
    expect(
      Object.keys(await stage.stores.bucket()).filter((key) => exports.mine.some((id) => key.includes(id))),
    ).toEqual(exports.mine.map((id) => `exports/${id}.json`).sort());
  });

  test('leaves a tombstone for each call, which tells nothing', async () => {
    const tombstones = Object.entries(await stage.stores.deliveries()).filter(([place]) =>
      place.startsWith('erased#'),
    );

    for (const [, pk] of own) {
      const { pk: key } = tombstoneKey(pk);
      const item = JSON.parse(tombstones.find(([place]) => place === `${key} erased`)?.[1] ?? '{}');
      expect(item).toEqual({ pk: key, sk: 'erased', erasedAt: expect.any(String) });
    }
  });

  test('does not come back, whatever is tried', async () => {
    const before = await stage.stores.bucket();
    const told = endpoint.sent.length;
    for (const [callback, , body] of own) expect(await stage.send(callback, body)).toBe(200);
    expect(await stage.send('cc', cc('caller', { caller: 'nobody', agentName: 'new' }))).toBe(200);
    expect(await stage.send('cc', cc('lettered', { caller: WHO }))).toBe(200);
    expect(await stage.send('cc', `${WHO} is no JSON`)).toBe(400);
    const [delivery] = deliveries('cc', [own[0]?.[2] ?? {}]);
    if (delivery) await stage.sendToQueue('deliveries-dlq', serialize({ ...delivery, source: 'list' }));
    await stage.sendToQueue('recordings', lettersOf.gone[3]?.[1] ?? '');
    const commands: [string, string[]][] = [
      ['redrive', ['--queue', 'deliveries']],
      ['replay', []],
      ['rebuild', []],
      ['reconcile', ['--from', '2026-06-15', '--to', '2026-06-15', '--enrich']],
      ['republish', ['--since', '2026-06-01']],
      ['archive', ['--since', '2026-06-01', '--failed']],
    ];
    for (const [name, args] of commands) {
      expect(await stage.command(name, args)).toMatchObject({ code: name === 'redrive' ? 1 : 0 });
    }
    await stage.atRest();

    expect(await unnamedPlaces()).toEqual([]);
    expect(Object.keys(await stage.stores.calls()).filter(isMine)).toEqual([]);
    expect(Object.keys(await stage.stores.deliveries()).filter(isMine)).toEqual([]);
    expect(filesIn(await stage.stores.bucket(), 'recordings/')).toEqual(filesIn(before, 'recordings/'));
    expect(endpoint.sent.slice(told).filter(({ event }) => isMine(`${event.data.pk} `))).toEqual([]);
    expect(provider.seen.length).toBeGreaterThan(0);
    expect(stage.stores.log()).toMatch(/"message":"erased"/);
    expect(stage.stores.log()).toMatch(/"Erased":/);
  });

  test('is in no export that is made of the same days afterwards', async () => {
    const id = await stage.exported('xlsx', { from: '2026-06-15', to: '2026-06-15' });
    const { [`exports/${id}.xlsx`]: file = '' } = await stage.stores.bucket();

    expect(file).toContain('>other<');
    for (const [, pk] of own) expect(file).not.toContain(`>${pk.replace(/^\w+#(call:)?/, '')}<`);
  });

  test('erased again, finds nothing and does no harm', async () => {
    const calls = await stage.stores.calls();
    const { code } = await stage.erase(TYPED, ['--yes']);

    expect(code).toBe(0);
    expect(stage.lastCertificate().json).toMatchObject({
      isComplete: true,
      deleted: { calls: 0, bodies: 0, exports: 0 },
    });
    expect(await stage.stores.calls()).toEqual(calls);
  });

  test('of which only the last digits are the same goes once somebody says so', async () => {
    const { code, output } = await stage.erase(TYPED, [], `yes\n${WHO}\n`);

    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Erased 1 call ') });
    const calls = await stage.stores.calls();
    expect(calls['cc#similar ']).toBeUndefined();
    expect(calls['cc#same-end ']).toBeDefined();
  });
});

test.each([
  [[], /^Usage: npm run erase/],
  [['--number', '314902'], /^--number 314902 must be a telephone number of at least 7 digits/],
  [['--number', 'NX09445G000025'], /^--number NX09445G000025 must be a telephone number/],
  [['--number', ''], /must be a telephone number/],
  [['--number', WHO, '--wait', 'long'], /^--wait long is not a number of seconds/],
  [
    ['--number', WHO, '--out', '/nowhere/at/all'],
    /^The certificate cannot be written into \/nowhere\/at\/all \(ENOENT\)/,
  ],
])('given %j it says what is wrong, and does nothing', async (args, message) => {
  const { code, errors, output } = await stage.command('erase', args);

  expect({ code, output }).toEqual({ code: 1, output: LOCAL });
  expect(errors).toMatch(message);
});

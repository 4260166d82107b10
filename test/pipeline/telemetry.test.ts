import { spawn } from 'node:child_process';
import { hash, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { freePorts } from '../../infrastructure/ports.ts';
import { clients } from '../../local/emulators.ts';
import { tableNamesOf } from '../../local/tables.ts';
import { callbacks } from '../../shared/callbacks/list.ts';
import { receive } from '../../shared/deliveries/delivery.ts';
import { tombstoneKey } from '../../shared/deliveries/tombstone.ts';
import { OUTCOMES } from '../../shared/telemetry/outcomes.ts';
import { createWorld, type World } from '../faults/world.ts';
import { callbackNamed } from '../support/calls.ts';
import { DOCUMENTED, type Page } from '../support/documented.ts';
import { plainEnvironment, ROOT } from '../support/run.ts';
import { until } from '../support/until.ts';

const CALLBACKS = callbacks.map(({ name }) => name);
const PHONES = [
  'caller',
  'callee',
  'did',
  'callid',
  'sipid',
  'username',
  'callphone',
  'callingNumber',
  'calledNumber',
];

/** What must never be logged; grows with what is sent. */
const secrets: string[] = [];
const secret = (text: string): string => {
  secrets.push(text);
  return text;
};
const phone = () => secret(`1${randomInt(3_000_000_000, 9_999_999_999)}`);
const token = secret(randomUUID());

const pageOf = (callback: string): Page => {
  const page = Object.values(DOCUMENTED).find((page) => page.callback === callback);
  if (page === undefined) throw new Error(`${callback} has no page`);
  return page;
};

/**
 * A call with a phone number in every field for one, and text of its own in every other that takes
 * text.
 */
const callOf = (callback: string, id: string, changes: Record<string, unknown> = {}): string => {
  const page = pageOf(callback);
  const samples = Object.entries(page.fields).map(([field, [value]]) => {
    if (value === '4711') return [field, id];
    if (PHONES.includes(field)) return [field, phone()];
    const isText = /^[a-z]/.test(String(value)) && typeof value === 'string';
    return [field, isText ? secret(`text-${randomUUID()}`) : value];
  });
  return secret(JSON.stringify(page.body({ ...Object.fromEntries(samples), ...changes })));
};

/** What the archiver and the reconciler count, which are not in this world. */
const OF_OTHERS = ['Archived', 'Unarchived', 'Missing', 'Different', 'Unexpected'];

let n = 0;
// PNS has numbers, and any of the others may be made of one.
const newId = (callback: string) => (callback === 'pns' ? secret(String(4_000_000_000 + n++)) : randomUUID());

const post = async (url: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  (await fetch(url, { method: 'POST', body, headers })).status;

const expectNoSecretIn = (lines: readonly string[]) => {
  const text = lines.join('\n');
  expect(
    secrets.filter((told) => text.includes(told) || text.includes(JSON.stringify(told).slice(1, -1))),
  ).toEqual([]);
};

let world: World;
beforeAll(async () => {
  const digests = CALLBACKS.map((name) => [`${name.toUpperCase()}_TOKEN_SHA256`, hash('sha256', token)]);
  world = await createWorld({
    visibilitySeconds: 1,
    env: {
      ...Object.fromEntries(digests),
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
      POWERTOOLS_METRICS_DISABLED: 'false',
      ALLOWED_NETWORKS: '127.0.0.1',
    },
  });
  await sendEverything();
}, 120_000);
afterAll(() => world.stop());

const urlOf = (callback: string, query = `?token=${token}`) =>
  `http://127.0.0.1:${world.receiver.port}/${callback}/callback${query}`;

const invoke = (callback: string, event: object) =>
  post(`http://127.0.0.1:${world.receiver.port}/${callback}`, JSON.stringify(event));

const postFromElsewhere = (callback: string, body: string) =>
  invoke(callback, { headers: { token }, requestContext: { http: { sourceIp: '192.0.2.1' } }, body });

/** With a token in the path, as a mistyped URL has it. */
const postToWrongPath = (callback: string, body: string) =>
  invoke(callback, {
    headers: { token },
    routeKey: `POST /${callback}/{proxy+}`,
    rawPath: `/${callback}/callback&token=${token}`,
    body,
  });

/** A field that cannot be read. */
const UNREADABLE: Record<string, Record<string, unknown>> = {
  cc: { callDuration: 'long' },
  predictive: { time: 'soon' },
  icc: { acw: 'five' },
  pns: { duration: 'six' },
};

/**
 * Every outcome that there is, for every callback, with AWS telling in its errors what it was
 * given.
 */
const sendEverything = async () => {
  for (const callback of CALLBACKS) {
    const id = newId(callback);
    const body = callOf(callback, id);
    await post(urlOf(callback), body);
    await world.atRest();
    await post(urlOf(callback, ''), body, { token });
    await post(urlOf(callback), callOf(callback, id));
    await post(urlOf(callback), callOf(callback, id, UNREADABLE[callback]));
    await post(urlOf(callback, `?token=${secret(randomUUID())}`), body);
    await post(urlOf(callback, ''), body, { token: secret(randomUUID()) });
    await post(urlOf(callback, ''), body);
    await postFromElsewhere(callback, body);
    await postToWrongPath(callback, body);
    await post(urlOf(callback), body.slice(0, -20));
    await post(urlOf(callback), secret(`${phone()} is not JSON`));
    await post(
      urlOf(callback),
      callOf(callback, '', { id: '', callId: '', uuid: '', agentid: '', sipid: '', username: '' }),
    );
    await post(urlOf(callback), callOf(callback, newId(callback)) + ' '.repeat(200_000));
  }
  await post(urlOf('cc'), callOf('cc', phone()));
  const agent = { uuid: '', agentid: '' };
  await post(urlOf('predictive'), callOf('predictive', '', { ...agent, sipid: '' }));
  await post(urlOf('predictive'), callOf('predictive', '', { ...agent, username: '' }));
  const MessageBody = JSON.stringify({ poison: phone() });
  await world.sqsClient.send(new SendMessageCommand({ QueueUrl: world.queueUrl, MessageBody }));
  await failWith(() => Promise.all(CALLBACKS.map((name) => post(urlOf(name), callOf(name, newId(name))))));
  await world.atRest();
  for (const callback of CALLBACKS) await sendErased(callback);
  await world.atRest();
};

const sendErased = async (callback: string) => {
  const body = callOf(callback, newId(callback));
  const { item } = receive(callbackNamed(callback), Buffer.from(body), new Date().toISOString());
  const database = clients({ sqs: world.sqsEndpoint, dynamodb: world.dynamodbEndpoint }).dynamodb;
  const Item = marshall({ ...tombstoneKey(item.pk), erasedAt: new Date().toISOString() });
  await database.send(
    new PutItemCommand({ TableName: tableNamesOf(inject('resources')).DeliveriesTable, Item }),
  );
  await post(urlOf(callback), body);
};

const failWith = async (deliver: () => Promise<unknown>) => {
  const quoting = ({ input }: { input: string }) => ({
    status: 400,
    body: { __type: 'ValidationException', message: input },
  });
  world.sqs.faultOf = quoting;
  await deliver();
  await world.sqs.refuse();
  await deliver();
  await world.sqs.accept();
  world.sqs.faultOf = () => undefined;
  world.dynamodb.faultOf = quoting;
  await deliver();
  await vi.waitUntil(() => countOf('failed') >= CALLBACKS.length, { timeout: 60_000 });
  world.dynamodb.faultOf = () => undefined;
  await world.atRest();
  world.projectorsDynamodb.faultOf = quoting;
  await deliver();
  await vi.waitUntil(() => countOf('unprojected') >= CALLBACKS.length, { timeout: 60_000 });
  world.projectorsDynamodb.faultOf = () => undefined;
};

const countOf = (message: string) =>
  new Set(
    world.lines
      .filter((line) => line.includes(`"message":"${message}"`))
      .map((line) => JSON.parse(line).callback),
  ).size;

type Line = Record<string, unknown> & { message?: string; callback: string };
const parsed = () => world.lines.map((line): Line => JSON.parse(line));
const entries = () => parsed().filter(({ message }) => message !== undefined);

test('no log of any outcome has a body, a token or a phone number', () => {
  const outcomes = new Set(entries().map(({ message }) => message));

  expect([...outcomes].sort()).toEqual(
    [
      'accepted',
      'anonymous',
      'duplicate',
      'erased',
      'failed',
      'forbidden',
      'misdirected',
      'projected',
      'rejected',
      'stored',
      'toolarge',
      'unauthorized',
      'unavailable',
      'unprojected',
    ].sort(),
  );
  expect(secrets.length).toBeGreaterThan(100);
  expectNoSecretIn(world.lines);
});

test("every log has callback, outcome, duration and request, and the call's ref if it is known", () => {
  for (const entry of entries()) {
    expect(entry).toMatchObject({
      callback: expect.any(String),
      durationMs: expect.any(Number),
      requestId: expect.any(String),
    });
    if (
      !['anonymous', 'forbidden', 'misdirected', 'unauthorized', 'toolarge'].includes(entry.message ?? '') &&
      entry.callback !== 'unknown'
    ) {
      expect(entry.ref).toMatch(/^[0-9a-f]{16}$/);
      if (entry.id !== undefined) expect(entry.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    if (entry.message === 'rejected') expect(entry.issues).not.toEqual([]);
    if (entry.message === 'unavailable') expect(entry.reason).toMatch(/ValidationException|ECONNREFUSED/);
  }
});

test.each(CALLBACKS)('counts every outcome of %s, and the lag of each call once', (callback) => {
  const metrics = parsed().filter((line) => line._aws !== undefined && line.callback === callback);
  const values = (name: string) =>
    metrics.flatMap((line) => (line[name] as number | number[] | undefined) ?? []);
  // An event of a predictive call is no version of it, and none of these events ends one.
  const isOfEvents = callback === 'predictive';

  for (const outcome of OUTCOMES.filter((one) => !OF_OTHERS.includes(one))) {
    if (outcome === 'Changed' && isOfEvents) expect(values(outcome)).toEqual([]);
    else expect(values(outcome).length, outcome).toBeGreaterThan(0);
  }
  const calls = world.calls().then((all) => all.filter((call) => call.callback === callback && call.endedAt));
  return calls.then((ended) => {
    expect(values('DeliveryLag')).toHaveLength(ended.length);
    expect(values('DeliveryLag').every((seconds) => seconds > 365 * 86_400)).toBe(true);
  });
});

test('no log line of the functions of npm start has a body, a token or a phone number', async () => {
  const ports = await freePorts();
  const dataDir = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
  const variables = Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]);
  const environment = plainEnvironment({ ...Object.fromEntries(variables), DATA_DIR: dataDir });
  const child = spawn(process.execPath, ['local/start.ts'], { cwd: ROOT, env: environment });
  const log = () => readFileSync(join(dataDir, 'functions.log'), 'utf8');
  try {
    await waitFor(child.stdout, 'Callback URLs');
    for (const callback of CALLBACKS) {
      const url = `http://127.0.0.1:${ports.http}/${callback}/callback`;
      const body = callOf(callback, newId(callback));
      expect(await post(`${url}?token=local`, body)).toBe(200);
      expect(await post(`${url}?token=${secret(randomUUID())}`, body)).toBe(401);
      expect(await post(url, body, { token: secret(randomUUID()) })).toBe(401);
      expect(await post(`${url}?token=local`, body.slice(0, -9))).toBe(400);
    }
    const stored = () => log().match(/"message":"stored"/g) ?? [];
    await until(() => stored().length === 2 * CALLBACKS.length);
    // Neither does the archiver tell a link.
    await until(() => log().includes('"message":"unarchived"') && log().includes('"Unarchived":1'));
    expectNoSecretIn([log()]);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(dataDir, { recursive: true, force: true });
  }
});

const waitFor = async (output: Readable, text: string): Promise<void> => {
  let seen = '';
  output.on('data', (data) => {
    seen += data;
  });
  await vi.waitUntil(() => seen.includes(text), { timeout: 30_000, interval: 50 });
};

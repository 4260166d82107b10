import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts, type Ports } from '../../../infrastructure/ports.ts';
import { finish, start as startCommand } from '../../support/commands.ts';
import { machineToken } from '../../support/machine-token.ts';
import { dataDir, isUp, postTo, start } from '../../support/npm-start.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';
import { plainEnvironment } from '../../support/run.ts';
import { until } from '../../support/until.ts';

let ports: Ports;
let host: RecordingServer;
let token: string;
beforeAll(async () => {
  [ports, host] = [await freePorts(), await startRecordingServer()];
  await isUp(start(ports));
  token = await machineToken(`http://127.0.0.1:${ports.oidc}`);
});
afterAll(() => host.stop());

/** What the API answers on the way that a browser takes. */
const ask = async (path: string, query: Record<string, string>) => {
  const response = await fetch(`http://127.0.0.1:${ports.http}${path}?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  // biome-ignore lint/suspicious/noExplicitAny: what is in an answer is what the test is about.
  return { status: response.status, body: (await response.json()) as any };
};

const postCall = (fields: object) =>
  postTo(ports, '/pns/callback?token=local', JSON.stringify({ callId: 'c', ...fields }));

/** The call, once it says that of its recording. */
const callSaying = (pk: string, state: string) =>
  until(async () => {
    const { body } = await ask('/api/call', { pk });
    return body.call?.recording?.state === state && body.call;
  });

test('a recording whose link redirects is archived, plays in a browser and is saved at a terminal, byte for byte', async () => {
  const served = host.fileOf('/redirect');
  await postCall({
    id: 1,
    recordFile: host.url('/redirect'),
    legList: [{ callRecordFile: host.url('/large') }],
  });
  const call = await callSaying('pns#1', 'archived');
  const { body } = await ask('/api/recording', { pk: 'pns#1' });
  const [whole, middle] = await Promise.all([
    fetch(body.url),
    fetch(body.url, { headers: { range: 'bytes=100000-149999' } }),
  ]);

  expect(call.recording).toMatchObject({ type: 'audio/mpeg', bytes: served.length });
  expect(whole.headers.get('content-type')).toBe('audio/mpeg');
  expect(Buffer.from(await whole.arrayBuffer()).equals(served)).toBe(true);
  expect(middle.status).toBe(206);
  expect(middle.headers.get('content-range')).toBe(`bytes 100000-149999/${served.length}`);
  expect(Buffer.from(await middle.arrayBuffer()).equals(served.subarray(100_000, 150_000))).toBe(true);

  const leg = await until(async () => {
    const answer = await ask('/api/recording', { pk: 'pns#1', kind: 'leg1' });
    return answer.status === 200 && answer;
  });
  const large = await fetch(leg.body.url);
  expect(Buffer.from(await large.arrayBuffer()).equals(host.fileOf('/large'))).toBe(true);

  const folder = mkdtempSync(join(dataDir, 'saved-'));
  const env = plainEnvironment({
    ...{ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb), INIT_CWD: folder },
  });
  const saved = await finish(startCommand('recording', ['pns#1', '--out', 'call.mp3'], { env }));
  expect(saved).toMatchObject({ code: 0, errors: '' });
  expect(readFileSync(join(folder, 'call.mp3')).equals(served)).toBe(true);

  const log = readFileSync(join(dataDir, 'functions.log'), 'utf8');
  expect(log.match(/"action":"recording"/g)).toHaveLength(2);
  for (const secret of [host.url(''), body.url, call.recording.key]) expect(log).not.toContain(secret);
});

test('a recording that leads to the metadata address fails, and the call and the API say why', async () => {
  await postCall({ id: 2, recordFile: host.url('/metadata') });
  const call = await callSaying('pns#2', 'failed');

  expect(call.recording.reason).toMatch(/^refused: /);
  expect(await ask('/api/recording', { pk: 'pns#2' })).toEqual({
    status: 404,
    body: { error: 'not_found', reason: `failed: ${call.recording.reason}` },
  });
});

test('a newer version with another link has its recording archived in place of the earlier one', async () => {
  await postCall({ id: 3, recordFile: host.url('/small') });
  await callSaying('pns#3', 'archived');
  await postCall({ id: 3, recordFile: host.url('/ogg') });
  await until(async () => (await callSaying('pns#3', 'archived')).recording.type === 'audio/ogg');
  const { body } = await ask('/api/recording', { pk: 'pns#3' });
  const file = await fetch(body.url);

  expect(Buffer.from(await file.arrayBuffer()).equals(host.fileOf('/ogg'))).toBe(true);
});

test('a recording that is not available yet is waiting', async () => {
  await postCall({ id: 4, recordFile: host.url('/gone') });

  expect((await callSaying('pns#4', 'waiting')).recording).toMatchObject({ reason: 'status 404' });
});

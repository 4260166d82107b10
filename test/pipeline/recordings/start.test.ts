import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts, type Ports } from '../../../infrastructure/ports.ts';
import { clients } from '../../../local/emulators.ts';
import { dataDir, isUp, postPns, type Started, shows, startIn } from '../../support/npm-start.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';
import { ROOT } from '../../support/run.ts';
import { until } from '../../support/until.ts';

let server: RecordingServer;
let stack: Started;
let ports: Ports;
let aws: ReturnType<typeof clients>;
beforeAll(async () => {
  server = await startRecordingServer();
  ports = await freePorts();
  stack = startIn(ROOT, ports, { DATA_DIR: mkdtempSync(join(dataDir, 'recordings-')) });
  aws = clients({ sqs: `http://127.0.0.1:${ports.sqs}`, dynamodb: `http://127.0.0.1:${ports.dynamodb}` });
  await isUp(stack);
});
afterAll(() => server.stop());

type Call = Record<string, unknown>;

const callAt = (pk: string, isWanted: (call: Call) => boolean): Promise<Call> =>
  until(async () => {
    const TableName = 'nxcloud-callbacks-local-calls';
    const { Item } = await aws.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }));
    const call = Item && unmarshall(Item);
    return call && isWanted(call) ? call : undefined;
  }) as Promise<Call>;

test('npm start archives the recording of a call, prints a line, and the call shows it too', async () => {
  await postPns(ports, { id: 1, callId: '1', recordFile: server.url('/large') });
  await shows(/ archived {6}pns#1 {2}recording {2}11\.0 MB {2}audio\/wav\n/, stack);
  const call = await callAt('pns#1', ({ recording }) => recording !== undefined);
  const { state, key } = call.recording as { state: string; key: string };
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: 'nxcloud-callbacks-local', Key: key }));

  expect(state).toBe('archived');
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(server.fileOf('/large'))).toBe(true);
  expect(stack.output().match(/ archived /g)).toHaveLength(1);
});

test('a recording that is late, and one that will never come, has a line too', async () => {
  await postPns(ports, { id: 2, callId: '2', recordFile: server.url('/gone') });
  await postPns(ports, { id: 3, callId: '3', recordFile: server.url('/metadata') });

  await shows(/ waiting {7}pns#2 {2}recording {2}status 404 {2}again in 1 min\n/, stack);
  await shows(/ unarchived {4}pns#3 {2}recording {2}refused: its address is not public\n/, stack);
  await callAt('pns#3', ({ recording }) => (recording as { state?: string })?.state === 'failed');
});

test('no call waits for a recording, however slow they all are', async () => {
  const slow = Array.from({ length: 40 }, (_, n) => ({ id: 100 + n, recordFile: server.url('/drip') }));
  for (const call of slow) expect((await postPns(ports, call)).status).toBe(200);
  await until(() => server.requests('/drip').length >= 5);
  await postPns(ports, { id: 999, callId: '999', caller: '85235757583' });
  await shows(/ call .* pns#999 /, stack);

  expect(server.requests('/drip').every(({ socket }) => !socket.destroyed)).toBe(true);
  expect(stack.output()).not.toContain('failed');
});

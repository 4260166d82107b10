import { hash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serialize } from '../../shared/deliveries/message.ts';
import { refOf } from '../../shared/deliveries/ref.ts';
import { deliveries } from '../support/calls.ts';
import { type Erasing, startErasing } from '../support/erasing.ts';
import { type Call, type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { dataDir } from '../support/npm-start.ts';
import { placesWith } from '../support/stores.ts';
import { until } from '../support/until.ts';

const OTHER = '85238533300';
const DAY = Date.UTC(2026, 5, 15, 4);

let stage: Erasing;
let [dynamodb, sqs]: FaultProxy[] = [];
beforeAll(async () => {
  stage = await startErasing();
  [dynamodb, sqs] = await Promise.all([
    startFaultProxy(`http://127.0.0.1:${stage.ports.dynamodb}`),
    startFaultProxy(`http://127.0.0.1:${stage.ports.sqs}`),
  ]);
});
afterAll(() => Promise.all([dynamodb?.stop(), sqs?.stop()]));

const portOf = (proxy: FaultProxy | undefined) => new URL(proxy?.endpoint ?? '').port;

/** Erases while the tables or the queues answer some calls with something else. */
const eraseWith = async (
  faultOf: (call: Call) => Fault | undefined,
  number: string,
  args: string[] = ['--yes'],
) => {
  for (const proxy of [dynamodb, sqs]) if (proxy) proxy.faultOf = faultOf;
  return stage.erase(number, args, '', { DYNAMODB_PORT: portOf(dynamodb), SQS_PORT: portOf(sqs) });
};

const DENIED = (resource: string): Fault => ({
  status: 400,
  body: {
    __type: 'com.amazon.coral.service#AccessDeniedException',
    message: `not authorized to perform it on resource: ${resource}`,
  },
});

const ring = async (callId: string, fields: object): Promise<void> => {
  expect(await stage.send('cc', { callId, startTime: DAY, ...fields })).toBe(200);
  await until(async () => `cc#${callId} ` in (await stage.stores.calls()));
};

test('who may not read an index is told so, and nothing is deleted', async () => {
  await ring('denied', { caller: '85263149001' });
  const { code, errors } = await eraseWith(
    ({ action, input }) =>
      action === 'Query' && input.includes('byLeg') ? DENIED('index/byLeg') : undefined,
    '85263149001',
  );

  expect({ code, errors }).toMatchObject({ code: 1, errors: expect.stringContaining('AccessDenied') });
  expect(errors).not.toContain('deploy the stage again');
  expect(await stage.stores.calls()).toHaveProperty('cc#denied ');
});

test('what was deleted is on a certificate, although the search for other places failed', async () => {
  await ring('searched', { caller: '85263149002' });
  const { code, errors } = await eraseWith(
    ({ action }) => (action === 'Scan' ? DENIED('table') : undefined),
    '85263149002',
    ['--yes', '--search-text'],
  );
  const { json } = stage.lastCertificate();

  expect({ code, errors }).toMatchObject({
    code: 1,
    errors: expect.stringContaining('The number is erased'),
  });
  expect(json).toMatchObject({ isComplete: true, refs: [refOf('cc#searched')] });
  expect(json.mentions).toBeUndefined();
  expect(JSON.stringify(json.remains)).toContain('nobody has searched');
});

test('what was deleted is on a certificate, although nobody may count what waits in the queues', async () => {
  await ring('uncounted', { caller: '85263149003' });
  const { code } = await eraseWith(
    ({ action, input }) =>
      action === 'GetQueueAttributes' && !input.includes('-dlq') ? DENIED('queue') : undefined,
    '85263149003',
  );
  const { json } = stage.lastCertificate();

  expect(code).toBe(0);
  expect(json).toMatchObject({ isComplete: true, refs: [refOf('cc#uncounted')] });
  expect(JSON.stringify(json.remains)).toContain('could not be counted (AccessDenied');
});

test('nothing is deleted if the certificate can be written nowhere, or would have the number', async () => {
  await ring('kept', { caller: '85263149004' });
  const file = join(mkdtempSync(join(dataDir, 'no-folder-')), 'file');
  writeFileSync(file, '');
  const ends = [
    await stage.erase('85263149004', ['--yes', '--out', file]),
    await stage.erase('85263149004', ['--yes', '--by', 'whoever has +852 6314-9004']),
  ];

  expect(ends.map(({ code }) => code)).toEqual([1, 1]);
  expect(ends[0]?.errors).toMatch(/^The certificate cannot be written into .* \(ENOTDIR\)/);
  expect(ends[1]?.errors).toMatch(/^--by has the number/);
  expect(await stage.stores.calls()).toHaveProperty('cc#kept ');
});

test('a call of which only a dead letter has the number goes with that letter', async () => {
  await ring('half', { callee: OTHER });
  const [letter] = deliveries('cc', [{ callId: 'half', startTime: DAY, caller: '85263149005' }]);
  if (letter) await stage.sendToQueue('deliveries-dlq', serialize(letter));
  const { code } = await stage.erase('85263149005', ['--yes']);

  expect(code).toBe(0);
  expect(stage.lastCertificate().json).toMatchObject({
    refs: [refOf('cc#half')],
    deleted: { calls: 1, bodies: 1, deadLetters: { deliveries: 1 } },
  });
  expect(Object.keys(await stage.stores.all()).filter((place) => place.includes('cc#half'))).toEqual([]);
});

test('a call of which only an event that nobody took has the number goes on, without that event', async () => {
  await ring('corrected', { caller: OTHER });
  const body = JSON.stringify({ data: { pk: 'cc#corrected', caller: '85263149010' } });
  await stage.sendToQueue('webhooks-dlq', JSON.stringify({ endpoint: 'x', id: 'evt_1', body }));
  const { code } = await stage.erase('85263149010', ['--yes']);
  await stage.send('cc', { callId: 'corrected', startTime: DAY, caller: OTHER, callDuration: 9 });
  await until(async () => (await stage.stores.calls())['cc#corrected ']?.includes('"versions":2'));

  expect(code).toBe(0);
  expect(stage.lastCertificate().json.deleted).toMatchObject({ calls: 0, deadLetters: { webhooks: 1 } });
});

test('a reconciliation that is not finished forgets the calls too, and is named', async () => {
  const number = '85263149006';
  await ring(`${number}-1`, { caller: number });
  const entry = (callId: string) => ({ pk: `cc#${callId}`, at: '2026-06-15T04:00:00.000Z' });
  const mine = entry(`${number}-1`);
  const report = {
    ...{ missing: [mine, entry('a')], different: [], unexpected: [], position: '2026-06-15T05:00:00.000Z' },
    open: { filling: [mine], listed: ['f00d'], unlisted: [entry('b'), { ...mine, endedAt: '' }], asked: 1 },
  };
  const Key = 'reconciliations/20260615T000000Z_20260616T000000Z.json';
  await stage.stores.s3.send(
    new PutObjectCommand({ Bucket: 'nxcloud-callbacks-local', Key, Body: JSON.stringify(report) }),
  );
  const { code } = await stage.erase(number, ['--yes']);
  const { json } = stage.lastCertificate();

  expect(code).toBe(0);
  expect(placesWith(number, await stage.stores.all())).toEqual([]);
  expect(JSON.parse((await stage.stores.bucket())[Key] ?? '')).toEqual({
    ...report,
    missing: [entry('a')],
    open: { ...report.open, filling: [], unlisted: [entry('b')] },
  });
  expect(json.deleted.reconciliationEntries).toBe(3);
  expect(JSON.stringify(json.remains)).toContain('Reports of reconciliations that were not finished');
});

test('a dry run names the other places only, and not the calls that would go', async () => {
  await ring('to-go', { caller: '85263149011' });
  await ring('to-stay', { caller: OTHER, other: 'ring 85263149011' });
  const { code, output } = await stage.erase('85263149011', ['--dry-run', '--search-text']);

  expect(code).toBe(0);
  expect(output).toContain('Other places that have the number, by ref and field: 1\n');
  expect(output).toContain(`${refOf('cc#to-stay')}  other`);
});

test('a number that somebody said to be the same is on the certificate, without its digits', async () => {
  await ring('short', { caller: '63149007' });
  const { code } = await stage.erase('85263149007', [], 'y\n85263149007\n');
  const { json, texts } = stage.lastCertificate();

  expect(code).toBe(0);
  expect(json.confirmed).toEqual(['******07']);
  expect(texts[1]).toContain('******07, which somebody said to be the same');
  expect(texts.join()).not.toContain('63149007');
});

test('a rejected body of an erased call is replayed into nothing, and holds up no other', async () => {
  await ring('replayed', { caller: '85263149008' });
  expect((await stage.erase('85263149008', ['--yes'])).code).toBe(0);
  for (const callId of ['replayed', 'valid-now']) {
    const body = JSON.stringify({ callId, startTime: DAY, caller: OTHER });
    const bodyHash = hash('sha256', body);
    const Item = marshall({
      ...{ pk: 'rejected#cc', sk: bodyHash, id: bodyHash, callback: 'cc', body, bodyHash, issues: [] },
      ...{ receivedAt: new Date().toISOString(), source: 'callback', expiresAt: 4_000_000_000 },
    });
    await stage.stores.dynamodb.send(
      new PutItemCommand({ TableName: 'nxcloud-callbacks-local-deliveries', Item }),
    );
  }
  const { code } = await stage.command('replay', ['--wait', '5']);
  await until(async () => 'cc#valid-now ' in (await stage.stores.calls()));

  expect(code).toBe(0);
  const left = Object.keys(await stage.stores.deliveries());
  expect(left.filter((place) => /^(rejected#|cc#replayed)/.test(place))).toEqual([]);
});

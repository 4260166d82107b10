import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { callAt, dynamodb, type Item, post } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const { deliveriesTable } = inject('stack');
const ports = inject('ports');
const env = plainEnvironment({ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb) });

// An MP3 as far as its beginning goes.
const AUDIO = Buffer.concat([
  Buffer.from('fff344c40000000348000000004c414d45332e3130', 'hex'),
  Buffer.alloc(5_000, 7),
]);

const answer = (status: number, body: Buffer | string = '', type = 'audio/mpeg') => {
  return (response: ServerResponse) => response.writeHead(status, { 'content-type': type }).end(body);
};
/** What the host of recordings answers at each path; at others it has a recording. */
const answers = new Map<string, (response: ServerResponse) => unknown>();
const asked: string[] = [];
const host = createServer((request, response) => {
  const { url = '' } = request;
  asked.push(url);
  (answers.get(url) ?? answer(200, AUDIO))(response);
});
let origin: string;
beforeAll(async () => {
  await once(host.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
});
afterAll(() => {
  host.closeAllConnections();
  host.close();
});
afterEach(() => answers.clear());

/** Calls of a day that no other test has. */
const ofDay = (day: string) => ({
  ring: async (id: string, fields: object = {}, isDone = (call: Item) => call.recording !== undefined) => {
    await post('cc', {
      callId: id,
      startTime: Date.parse(`${day}T12:00:00Z`),
      recordUrl: `${origin}/${id}`,
      ...fields,
    });
    await callAt(`cc#${id}`, isDone);
  },
  archive: (...args: string[]) =>
    start('archive', ['--since', day, '--until', `${day}T23:59Z`, ...args], { env }),
});

/** Makes a call one from before recordings were archived. */
const forget = async (id: string) => {
  const Key = marshall({ pk: `cc#${id}`, sk: 'archive#recording' });
  await dynamodb.send(new DeleteItemCommand({ TableName: deliveriesTable, Key }));
  await callAt(`cc#${id}`, (call) => call.recording === undefined);
};

const stateOf = async (id: string) =>
  ((await callAt(`cc#${id}`)).recording as { state?: string } | undefined)?.state;

test('archives what is not, once, and says what it did with each', async () => {
  const { ring, archive } = ofDay('2024-03-01');
  answers.set('/b-html', answer(200, '<!doctype html>', 'text/html'));
  answers.set('/b-late', answer(404));
  for (const id of ['b-kept', 'b-new', 'b-html', 'b-late', 'b-dead']) await ring(id);
  await ring('b-none', { recordUrl: '' }, () => true);
  answers.set('/b-dead', answer(200, 'gone', 'text/plain'));
  for (const id of ['b-new', 'b-dead']) await forget(id);
  asked.length = 0;

  const dry = await finish(archive('--dry-run'));
  expect(dry).toEqual({
    code: 0,
    output: `${LOCAL}6 calls looked at.
Would ask for 2 recordings.
Before: 1 archived, 1 waiting to be tried again, 1 failed (--failed tries them once more).
Failed before:
  cc#b-html  recording  not a recording: the server calls it text/html
`,
    errors: '',
  });
  expect(asked).toEqual([]);

  const first = await finish(archive());
  expect(first).toEqual({
    code: 0,
    output: `${LOCAL}6 calls looked at.
Asked for 2 recordings: 1 archived, 1 failed.
Before: 1 archived, 1 waiting to be tried again, 1 failed (--failed tries them once more).
Failed:
  cc#b-dead  recording  not a recording: the server calls it text/plain
Failed before:
  cc#b-html  recording  not a recording: the server calls it text/html
`,
    errors: '',
  });
  expect(asked.toSorted()).toEqual(['/b-dead', '/b-new']);
  expect(await stateOf('b-new')).toBe('archived');

  const again = JSON.parse((await finish(archive('--json'))).output);
  expect(again).toMatchObject({ wanted: 0, archivedBefore: 2, waitingBefore: 1, left: 0 });
  expect(again.failedBefore.map(({ pk }: { pk: string }) => pk).sort()).toEqual(['cc#b-dead', 'cc#b-html']);

  answers.clear();
  const failed = JSON.parse((await finish(archive('--failed', '--json'))).output);
  expect(failed).toMatchObject({ wanted: 2, archived: 2, failed: [], archivedBefore: 2 });
});

test('takes calls of a callback only, and tells which have no link', async () => {
  const { ring, archive } = ofDay('2024-03-03');
  await ring('c-one');
  await post('icc', {
    data: { id: 'c-two', communicateVoiceId: 'v', communicateBeginTime: Date.parse('2024-03-03T12:00:00Z') },
  });
  await callAt('icc#c-two');

  expect((await finish(archive())).output).toMatch(/^1 call with the id of a recording and no link/m);
  expect(JSON.parse((await finish(archive('--callback', 'icc', '--json'))).output)).toMatchObject({
    calls: 1,
    archivedBefore: 0,
    withoutLink: 1,
  });
});

test('asks for many, not all at once, and goes on where Ctrl-C ended it', async () => {
  const { ring, archive } = ofDay('2024-03-05');
  const ids = Array.from({ length: 130 }, (_, n) => `d-${n}`);
  await Promise.all(ids.map((id) => ring(id)));
  await Promise.all(ids.map(forget));
  // Until the end of the first run the host has nothing to give.
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  for (const id of ids)
    answers.set(`/${id}`, async (response) => {
      await released;
      answer(200, AUDIO)(response);
    });
  asked.length = 0;
  const child = archive();
  const ended = finish(child);
  await until(() => asked.length > 0);
  child.kill('SIGINT');
  const { code, errors } = await ended;
  release();

  expect(code).toBe(1);
  expect(errors).toMatch(
    /^Interrupted\. (\d+) recordings in the queue get archived all the same\. Run it again to go on\.\n$/,
  );
  expect(Number(/(\d+) recordings/.exec(errors)?.[1])).toBeLessThanOrEqual(100);
  expect(await finish(archive())).toMatchObject({ code: 0, errors: '' });
  for (const id of ids) expect(await stateOf(id)).toBe('archived');
});

test('stops if the archiver does nothing', async () => {
  const { ring, archive } = ofDay('2024-03-07');
  await ring('e-one');
  await forget('e-one');
  let release = () => {};
  answers.set('/e-one', (response) => {
    release = () => answer(200, AUDIO)(response);
  });
  const { code, output, errors } = await finish(archive('--wait', '1'));
  release();

  expect(code).toBe(1);
  expect(output).toContain('Asked for 1 recording: 0 archived, 1 in the queue still.\n');
  expect(errors).toMatch(
    /^Stopped, because the archiver did nothing for 1 second .*ARCHIVE_RECORDINGS on .*Run it again/,
  );
  await callAt('cc#e-one', (call) => call.recording !== undefined);
});

test.each([
  [[], /^Usage: npm run archive -- --since <date>/],
  [['--since', 'yesterday'], /^--since yesterday is not a date/],
  [['--since', '2026-11-01', '--until', 'x'], /^--until x is not a date/],
  [
    ['--since', '2026-11-02', '--until', '2026-11-01'],
    /^--since 2026-11-02 must be before --until 2026-11-01\.$/m,
  ],
  [['--since', '2026-11-01', '--callback', 'sms'], /^There is no callback sms: /],
  [['--since', '2026-11-01', '--wait', 'x'], /^--wait x is not a number of seconds/],
])('refuses %j', async (args, message) => {
  const { code, errors } = await finish(start('archive', args, { env }));

  expect(code).toBe(1);
  expect(errors).toMatch(message);
});

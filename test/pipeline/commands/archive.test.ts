import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { countMessages } from '../../../commands/lib/stage.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { callAt, type Item, post, sqs } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const { queueUrls } = inject('stack');
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

/**
 * Calls of a day that no other test has. The stack's relay asks for nothing, as before it was
 * switched on.
 */
const ofDay = (day: string) => ({
  ring: async (id: string, fields: object = {}) => {
    const startTime = Date.parse(`${day}T12:00:00Z`);
    await post('cc', { callId: id, startTime, recordUrl: `${origin}/${id}`, ...fields });
    await callAt(`cc#${id}`);
  },
  archive: (...args: string[]) =>
    start('archive', ['--since', day, '--until', `${day}T23:59Z`, ...args], { env }),
});

const stateOf = async (id: string) =>
  ((await callAt(`cc#${id}`)).recording as { state?: string } | undefined)?.state;

test('archives what is not archived, once, and reports each result', async () => {
  const { ring, archive } = ofDay('2024-03-01');
  answers.set('/b-html', answer(200, '<!doctype html>', 'text/html'));
  answers.set('/b-late', answer(404));
  for (const id of ['b-kept', 'b-html', 'b-late']) await ring(id);
  await ring('b-none', { recordUrl: '' });

  const dry = await finish(archive('--dry-run'));
  expect(dry).toEqual({
    code: 0,
    output: `${LOCAL}4 calls read.
Would request 3 recordings.
Before: 0 archived, 0 waiting for a retry, 0 failed.
`,
    errors: '',
  });
  expect(asked).toEqual([]);

  const first = await finish(archive());
  expect(first).toEqual({
    code: 0,
    output: `${LOCAL}4 calls read.
Requested 3 recordings: 1 archived, 1 not available yet, retried for two days, 1 failed.
Before: 0 archived, 0 waiting for a retry, 0 failed.
Failed:
  cc#b-html  recording  not a recording: the server calls it text/html
`,
    errors: '',
  });
  expect(asked.toSorted()).toEqual(['/b-html', '/b-kept', '/b-late']);
  expect(await stateOf('b-kept')).toBe('archived');

  await ring('b-new');
  const second = await finish(archive());
  expect(second.output).toBe(`${LOCAL}5 calls read.
Requested 1 recording: 1 archived.
Before: 1 archived, 1 waiting for a retry, 1 failed (--failed retries them).
Failed before:
  cc#b-html  recording  not a recording: the server calls it text/html
`);
  expect(asked.length).toBe(4);

  answers.clear();
  const failed = JSON.parse((await finish(archive('--failed', '--json'))).output);
  expect(failed).toMatchObject({ wanted: 1, archived: 1, failed: [], failedBefore: [], archivedBefore: 2 });
});

test('requests the recordings of legs too, once for a shared link, and again for a changed one', async () => {
  const { archive } = ofDay('2024-03-02');
  const pns = (fields: object) => post('pns', { id: 240302, callId: 'c', startAt: 1_709_380_800, ...fields });
  const leg = { callType: 1, callRecordFile: `${origin}/p-one` };
  await pns({
    recordFile: `${origin}/p-one`,
    legList: [leg, { callType: 2, callRecordFile: `${origin}/p-two` }],
  });
  await callAt('pns#240302');
  asked.length = 0;
  expect(JSON.parse((await finish(archive('--json'))).output)).toMatchObject({ wanted: 2, archived: 2 });
  expect(asked.toSorted()).toEqual(['/p-one', '/p-two']);
  const states = ({ recording, legs }: Item) =>
    [{ recording }, ...(legs as Item[])].map((one) => (one.recording as Item | undefined)?.state);
  expect(states(await callAt('pns#240302'))).toEqual(['archived', 'archived', 'archived']);

  await pns({ recordFile: `${origin}/p-three` });
  await callAt('pns#240302', ({ versions }) => versions === 2);
  expect(JSON.parse((await finish(archive('--json'))).output)).toMatchObject({
    ...{ wanted: 1, archived: 1, archivedBefore: 2 },
  });
  expect(asked.at(-1)).toBe('/p-three');
});

test('archives one callback only, and counts calls without a link', async () => {
  const { ring, archive } = ofDay('2024-03-03');
  await ring('c-one');
  await post('icc', {
    data: { id: 'c-two', communicateVoiceId: 'v', communicateBeginTime: Date.parse('2024-03-03T12:00:00Z') },
  });
  await callAt('icc#c-two');

  expect((await finish(archive())).output).toMatch(/^1 call with a recording's id but no link/m);
  expect(JSON.parse((await finish(archive('--callback', 'icc', '--json'))).output)).toMatchObject({
    calls: 1,
    wanted: 0,
    withoutLink: 1,
  });
});

test('requests many, not all at once, and continues where Ctrl-C ended it', async () => {
  const { ring, archive } = ofDay('2024-03-05');
  const ids = Array.from({ length: 130 }, (_, n) => `d-${n}`);
  await Promise.all(ids.map((id) => ring(id)));
  // Until the end of the first run the host has nothing to give.
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  for (const id of ids)
    answers.set(`/${id}`, async (response) => {
      await released;
      answer(200, AUDIO)(response);
    });
  const queued = () => countMessages({ sqs }, queueUrls.RecordingsQueue ?? '');
  const before = await queued();
  const child = archive();
  const ended = finish(child);
  await until(async () => (await queued()) >= before + 100);
  child.kill('SIGINT');
  const { code, errors } = await ended;
  release();

  expect(code).toBe(1);
  expect(errors).toMatch(
    /^Interrupted\. (\d+) recordings in the queue will still be archived\. Run it again to continue\.\n$/,
  );
  expect(Number(/(\d+) recordings/.exec(errors)?.[1])).toBeLessThanOrEqual(100);
  expect(await finish(archive())).toMatchObject({ code: 0, errors: '' });
  for (const id of ids) expect(await stateOf(id)).toBe('archived');
});

test('stops if the archiver does nothing', async () => {
  const { ring, archive } = ofDay('2024-03-07');
  await ring('e-one');
  let release = () => {};
  answers.set('/e-one', (response) => {
    release = () => answer(200, AUDIO)(response);
  });
  const { code, output, errors } = await finish(archive('--wait', '1'));
  release();

  expect(code).toBe(1);
  expect(output).toContain('Requested 1 recording: 0 archived, 1 still in the queue.\n');
  expect(errors).toMatch(
    /^Stopped: the archiver did nothing for 1 second .*ARCHIVE_RECORDINGS is on .*Then run this again/,
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

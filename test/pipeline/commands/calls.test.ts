import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, inject, test } from 'vitest';
import { refOf } from '../../../shared/deliveries/ref.ts';
import { archived } from '../../support/archive.ts';
import { type Finished, finish, LOCAL, start } from '../../support/commands.ts';
import { callAt, deliveriesOf, dynamodb, post } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const ports = inject('ports');
const env = plainEnvironment({
  SQS_PORT: String(ports.sqs),
  DYNAMODB_PORT: String(ports.dynamodb),
  TIME_ZONE: 'Asia/Shanghai',
});

const calls = (...args: string[]): Promise<Finished> => finish(start('calls', args, { env }));

const json = async (...args: string[]): Promise<Record<string, unknown>[]> =>
  (await calls('--json', ...args)).output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const linesOf = ({ output }: Finished): string[] => output.slice(LOCAL.length).trimEnd().split('\n');

const MINUTE = 60_000;
const ago = (minutes: number): number => Date.now() - minutes * MINUTE;

/** Posts a call of Call Center, and waits until it is in the table. */
const ring = async (callId: string, fields: object = {}, versions = 1): Promise<void> => {
  await post('cc', { callId, ...fields });
  await callAt(`cc#${callId}`, (call) => call.versions === versions);
};

/** Calls of a number that no other test has, a minute apart; the first is the newest. */
const ringAll = async (prefix: string, number: string, count: number): Promise<string[]> => {
  const ids = Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
  await Promise.all(
    ids.map((id, n) => ring(id, { caller: number, startTime: ago(n + 1), hangupCode: 1001 })),
  );
  return ids.map((id) => `cc#${id}`);
};

const pks = (found: Record<string, unknown>[]) => found.map(({ pk }) => pk);

describe('a list', () => {
  test('has the calls of a number in any notation, newest first, and says how many there are', async () => {
    const number = '85261110001';
    await ring('list-old', { caller: number, callee: '85238533300', startTime: ago(9), hangupCode: 1103 });
    await ring('list-new', {
      ...{ caller: '85238533300', callee: 'sip:85261110001@10.0.0.1', startTime: ago(2), direction: 1 },
      ...{ hangupCode: 1001, callDuration: 372, recordUrl: 'https://x', agentName: '陈大文' },
    });
    const [period, titles, first, second, end] = linesOf(await calls('--number', '+852 6111-0001'));

    expect(period).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d to now, Asia\/Shanghai, newest first$/);
    expect(titles).toMatch(/^Time +Call +Dir +Caller -> callee +Agent +Result +Talk +Mark$/);
    expect(first).toMatch(
      /^\d\d-\d\d \d\d:\d\d:\d\d {2}cc#list-new +out {2}85238533300 -> 85261110001 +陈大文 +answered +06:12 {2}rec!?$/,
    );
    expect(second).toMatch(/cc#list-old .* 85261110001 -> 85238533300 .*abandoned/);
    expect(end).toBe(
      "2 calls, 1 answered, 1 unanswered, 06:12 talked, and no more. One of them: npm run calls -- 'cc#list-new'",
    );
    for (const written of ['61110001', '0085261110001', 'sip:85261110001@host']) {
      expect(pks(await json('--number', written))).toEqual(['cc#list-new', 'cc#list-old']);
    }
  });

  test('continues as its last line says, and has every page with --all', async () => {
    const all = await ringAll('page', '85261110002', 5);
    const first = linesOf(await calls('--number', '85261110002', '--limit', '2')).at(-1) ?? '';
    const [, cursor = ''] =
      /Next: npm run calls -- --number 85261110002 --limit 2 --cursor '(.+)'$/.exec(first) ?? [];
    const rest = await json('--number', '85261110002', '--cursor', cursor);

    expect(first).toMatch(/^2 calls, 2 answered\. Next: /);
    expect(pks(rest)).toEqual(all.slice(2));
    expect(pks(await json('--number', '85261110002', '--all', '--limit', '2'))).toEqual(all);
  });

  test('tells a program on stderr that there are more calls', async () => {
    await ringAll('more', '85261110003', 3);
    const { output, errors } = await calls('--json', '--number', '85261110003', '--limit', '2');

    expect(
      output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).pk),
    ).toEqual(['cc#more-0', 'cc#more-1']);
    expect(errors).toMatch(/^2 calls.*Next: npm run calls -- .*--cursor/);
  });

  test('combines filters, with the names of the API in lower case', async () => {
    const number = '85261110004';
    await ring('filter-a', {
      caller: number,
      startTime: ago(1),
      hangupCode: 1001,
      hangupBy: 0,
      callDuration: 30,
    });
    await ring('filter-b', {
      caller: number,
      startTime: ago(2),
      hangupCode: 1001,
      callDuration: 5,
      recordUrl: 'https://x',
    });
    await ring('filter-c', { caller: number, startTime: ago(3), hangupCode: 1103, callDuration: 'x' });
    const found = async (...args: string[]) => pks(await json('--number', number, ...args));

    expect(await found('--min-talk', '10')).toEqual(['cc#filter-a']);
    expect(await found('--max-talk', '10', '--answered', 'true')).toEqual(['cc#filter-b']);
    expect(await found('--recording')).toEqual(['cc#filter-b']);
    expect(await found('--issues')).toEqual(['cc#filter-c']);
    expect(await found('--callback', 'icc,pns')).toEqual([]);
    expect(await found('--callback', 'icc,cc', '--abandoned', 'true')).toEqual(['cc#filter-c']);
  });

  test('says what may help if there is nothing', async () => {
    expect(linesOf(await calls('--number', '85269999999')).at(-1)).toBe(
      'No calls: give an earlier --from or fewer filters.',
    );
    expect(linesOf(await calls('--number', '999')).at(-1)).toBe(
      'No calls: --number needs a whole number, or at least its last 7 digits.',
    );
  });

  test('can be cut short by its reader', async () => {
    await ringAll('head', '85261110005', 5);
    // It prints the stage, and has all calls still to print.
    const child = start('calls', ['--all'], { env });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });
});

describe('a call', () => {
  test('is a sheet with its fields, its timeline, the changes of each body and the unreadable fields', async () => {
    const startTime = Date.parse('2026-11-26T04:00:00Z');
    const id = 'sheet-1';
    await ring(id, { caller: '85261110006', startTime, endTime: startTime + 60_000, callDuration: 5 });
    await ring(id, { callDuration: 7, hangupCode: 1001, queueDuration: 'x' }, 2);
    const lines = linesOf(await calls(`cc#${id}`));

    expect(lines[0]).toBe('cc#sheet-1');
    expect(lines[1]).toBe('85261110006 -> ?, answered, talked 00:07');
    expect(lines.join('\n')).toMatch(/^ {2}startedAt +2026-11-26 12:00:00$/m);
    expect(lines.join('\n')).toMatch(/^ {2}2026-11-26 12:00:00 {2}\+00:00 {2}started {2}\|$/m);
    expect(lines.join('\n')).toMatch(/^ {2}2026-11-26 12:01:00 {2}\+01:00 {2}ended +=+\|$/m);
    expect(lines.join('\n')).toMatch(/^ {5}talkSeconds +5 s -> 7 s$/m);
    expect(lines.join('\n')).toMatch(/^ {5}answered +\(none\) -> yes$/m);
    expect(lines.join('\n')).toMatch(/^ {2}queueDuration must be a duration/m);
    expect(lines.at(-1)).toBe(
      "2 bodies, 1 unreadable field. As received: npm run -s calls -- 'cc#sheet-1' --json",
    );
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('is printed whole as JSON', async () => {
    await ring('whole', { caller: '85261110007', callDuration: 5 });
    await ring('whole', { callDuration: 7 }, 2);
    const [{ stage, call, versions, events, deliveries } = {}, ...others] = await json('cc#whole');

    expect(others).toEqual([]);
    expect(stage).toBe('local');
    expect(call).toMatchObject({ pk: 'cc#whole', caller: '85261110007', talkSeconds: 7, versions: 2 });
    expect((versions as object[])[1]).toMatchObject({
      changed: ['talkSeconds'],
      changes: [{ field: 'talkSeconds', before: 5, after: 7 }],
    });
    expect(events).toEqual([]);
    expect(deliveries).toHaveLength(2);
    expect(deliveries).toEqual(expect.arrayContaining(await deliveriesOf('cc#whole')));
  });

  test('is found by the ref of a log line', async () => {
    const startTime = Date.parse('2024-02-03T04:05:06Z');
    await ring('by-ref', { caller: '85261110008', startTime });
    const ref = refOf('cc#by-ref');

    expect(linesOf(await calls('--ref', ref, '--from', '2024-02-01', '--to', '2024-02-28'))[0]).toBe(
      'cc#by-ref',
    );
    expect((await calls('--ref', ref)).errors).toMatch(
      /^No call since .* has the ref .*: give an earlier --from\.$/m,
    );
  });

  test('has its events, if its bodies are events', async () => {
    const uuid = 'terminal-events';
    const event = (type: number, state: number, at: string) =>
      post('predictive', { uuid, type, state, time: Date.parse(at) / 1000, agentid: 'a-1' });
    await event(2, 1, '2026-11-26T04:00:00Z');
    await event(2, 3, '2026-11-26T04:00:10Z');
    await event(1, 3, '2026-11-26T04:00:20Z');
    await event(2, 4, '2026-11-26T04:00:40Z');
    await callAt(`predictive#${uuid}`, (call) => call.versions === 4);
    const { output } = await calls(`predictive#${uuid}`);

    expect(output).toMatch(/\+00:00 {2}call leg calling \(a-1\) +\|$/m);
    expect(output).toMatch(/\+00:20 {2}agent leg answered \(a-1\) +=+\|$/m);
    expect(output).toMatch(/\+00:40 {2}call leg hung up \(a-1\) +=+\|$/m);
  });
});

test('rejected bodies are shown with their issues, or whole as JSON', async () => {
  await post('pns', 'no call \u001b[2J');
  const { output } = await calls('rejected#pns');
  const bodies = await json('rejected#pns');

  expect(output).toContain('  the body is not JSON\n  no call \\u001b[2J\n');
  expect(output).toMatch(/\d+ (body|bodies) that are no calls\. --json prints them whole\.\n$/);
  expect(bodies).toEqual(expect.arrayContaining([expect.objectContaining({ body: 'no call \u001b[2J' })]));
});

test('a call says where its recording is, and an archive result without bodies is no call', async () => {
  const pk = 'cc#archived';
  const put = (item: object) =>
    dynamodb.send(new PutItemCommand({ TableName: inject('stack').deliveriesTable, Item: marshall(item) }));
  await put({ ...archived(pk, 'recording', 'https://recordings.example/1'), bytes: 1_234_567 });
  await put(archived('cc#only-archive', 'recording', 'https://recordings.example/1'));
  await ring('archived');
  await callAt(pk, ({ recording }) => recording !== undefined);

  const { output } = await calls(pk);
  expect(output).toContain("To save its recording: npm run recording -- 'cc#archived'\n");
  expect(output).toMatch(
    /^ {2}recording +archived, 2026-11-26 13:00:00, audio\/mpeg, 1\.2 MB, SHA-256\n +a{64}$/m,
  );
  expect((await calls('cc#only-archive')).errors).toBe(
    'Nothing was found for cc#only-archive; a key is like pns#45 or rejected#pns.\n',
  );
});

test('nothing from a provider controls the terminal', async () => {
  const evil = '\u001b[2J\u009b31m\u202e\u0007\u007f\n';
  const callId = `evil${evil}`;
  await ring(callId, {
    caller: '85261110009',
    callee: evil,
    agentName: evil,
    other: evil,
    startTime: ago(1),
    acw: evil,
  });
  const shown = await Promise.all([
    calls('--number', '85261110009'),
    calls('--number', '85261110009', '--json'),
    calls(`cc#${callId}`),
    calls(`cc#${callId}`, '--json'),
    calls(`cc#${evil}`),
    calls('--number', evil),
    calls('--zone', evil),
  ]);

  for (const { output, errors } of shown) {
    expect((output + errors).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  }
  expect(shown[0]?.output).toContain('\\u001b[2J');
  expect(JSON.parse(shown[1]?.output ?? '').callee).toBe(evil);
});

test('new and changed calls are followed until Ctrl-C', async () => {
  const number = '85261110010';
  await ring('watch-before', { caller: number, startTime: ago(5) });
  const child = start('calls', ['--watch', '--number', number], { env });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await until(() => output.includes('Watching'));
  await ring('watch-new', { caller: number, startTime: ago(1) });
  await until(() => output.includes('cc#watch-new'));
  await ring('watch-before', { callDuration: 9 }, 2);
  await until(() => output.includes('cc#watch-before'));
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');

  expect(code).toBe(0);
  expect(output).toMatch(/cc#watch-before .*\n {4}talkSeconds {2}\(none\) -> 9 s\n/);
  expect(output).toMatch(
    /Watched for \d\d:\d\d: 1 new call, 1 changed\. A list: npm run calls -- --number 85261110010\n$/,
  );
});

test.each([
  [['--min-talk', 'x'], '--min-talk x must be a whole number from 0 to 604800.'],
  [['--from', '2026-02-30'], /^--from 2026-02-30 must be a date like/],
  [['--from', '2026-12-01', '--to', '2026-11-01'], '--from 2026-12-01 must be before to.'],
  [['--callback', 'foo'], /^--callback foo must be some of cc, /],
  [['--answered', 'maybe'], '--answered maybe must be true, false or unknown.'],
  [['--zone', 'Mars/Base'], '--zone Mars/Base must be a time zone like Asia/Shanghai.'],
  [['--status', 'conected'], /^--status conected must be a status of docs\/records\.md/],
  [['--direction', 'in'], /^--direction in must be inbound, outbound, ai/],
  [['--limit', '201'], '--limit 201 must be a whole number from 1 to 200.'],
  [['--number', '1', '--number', '2'], '--number 1 is given more than once.'],
  [['--minTalk', '3'], "Unknown option '--minTalk'; -h lists the options."],
  [['--from'], "Option '--from <value>' argument missing; -h lists the options."],
  [['--ref', 'xyz'], /^--ref xyz must be the ref of a log line/],
  [['--all', '--watch'], '--watch and --all cannot be combined.'],
  [['--watch', '--to', '2026-11-01'], '--to has no effect with --watch.'],
  [['cc#1', '--number', '1'], '--number has no effect with a key.'],
  [['cc#1', 'cc#2'], 'One key at a time: cc#2 is too many.'],
  [['true', '--recording'], /^true is not a key of a call/],
  [['cc#nobody'], 'Nothing was found for cc#nobody; a key is like pns#45 or rejected#pns.'],
])('%j is refused in one line', async (args, message) => {
  const { code, errors } = await calls(...args);

  expect(code).toBe(1);
  expect(errors.trimEnd()).toMatch(message);
  expect(errors.trimEnd().split('\n')).toHaveLength(1);
});

import { once } from 'node:events';
import { expect, inject, test } from 'vitest';
import { finish, start } from '../../support/commands.ts';
import { callAt, post } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const ports = inject('ports');
const env = plainEnvironment({ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb) });

const ring = async (callId: string, fields: object, versions = 1) => {
  await post('cc', { callId, startTime: Date.now(), ...fields });
  await callAt(`cc#${callId}`, (call) => call.versions === versions);
};

const follow = (...args: string[]) => {
  const child = start('events', args, { env });
  const seen = { output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      seen.output += chunk;
    });
  }
  const stop = async () => {
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    return code;
  };
  return { seen, stop, shows: (text: string) => until(() => seen.output.includes(text)) };
};

test('events are printed as they happen, until Ctrl-C', async () => {
  const number = '85261110020';
  await ring('events-before', { caller: number });
  const { seen, shows, stop } = follow('--number', number);
  await shows('Waiting for events, Asia/Shanghai');
  await ring('events-new', { caller: number, callee: '85238533300' });
  await shows('cc#events-new');
  await ring('events-new', { endTime: Date.now() }, 2);
  await shows('call.ended');
  await ring('events-before', { callDuration: 9 }, 2);
  await shows('cc#events-before');

  expect(await stop()).toBe(0);
  const lines = seen.output.split('\n').filter((line) => line.includes('call.'));
  expect(lines.map((line) => line.slice('2026-11-26 14:03:11  '.length))).toEqual([
    'call.started  cc#events-new  rev 1  85261110020 -> 85238533300',
    'call.ended    cc#events-new  rev 2  85261110020 -> 85238533300',
    expect.stringMatching(/^call\.updated {2}cc#events-before {2}rev 2 {2}85261110020/),
  ]);
  expect(seen.output).toMatch(/3 events\.\n$/);
});

test('--json prints each event whole, and --type only those of a type', async () => {
  const number = '85261110021';
  const { seen, shows, stop } = follow('--number', number, '--type', 'call.ended', '--json');
  const other = follow('--number', number);
  await other.shows('Waiting for events');
  // The first look of both is over when a call that began after it is there.
  await ring('events-json', { caller: number });
  await other.shows('cc#events-json');
  await ring('events-json', { endTime: Date.now() }, 2);
  await shows('cc#events-json');
  await Promise.all([stop(), other.stop()]);

  const [event, ...more] = seen.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
    type: 'call.ended',
    data: { pk: 'cc#events-json', rev: 2 },
  });
});

test.each([
  [['--type', 'call.begun'], '--type call.begun must be call.started, call.ended, call.updated.\n'],
  [['--callback', 'foo'], /^--callback foo must be some of cc, /],
  [['--from', '2026-11-01'], /Unknown option '--from'/],
])('says what is wrong with %j', async (args, message) => {
  const { code, errors } = await finish(start('events', args, { env }));

  expect(code).toBe(1);
  expect(errors).toMatch(message);
});

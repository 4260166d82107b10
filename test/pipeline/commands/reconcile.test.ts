import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { widthOf } from '../../../commands/lib/columns.ts';
import type { Run } from '../../../shared/reconciliation/run.ts';
import { type Finished, finish, LOCAL, start } from '../../support/commands.ts';
import { type Fault, startFaultProxy } from '../../support/fault-proxy.ts';
import { type Provider, startProvider } from '../../support/nxcloud-provider.ts';
import { listRow } from '../../support/nxcloud-rows.ts';
import { type Scenario, scenario } from '../../support/nxcloud-scenario.ts';
import { callAt, post } from '../../support/pipeline.ts';
import { foundBy, pksOf } from '../../support/reconciliation.ts';
import { plainEnvironment } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const ports = inject('ports');
const HOUR_MS = 3_600_000;

// A day that no other test has calls of, as the clocks of the stage's zone have it.
const DAY = '2025-04-05';
const BEGIN = Date.parse(`${DAY}T00:00+08:00`);

let story: Scenario;
let provider: Provider;
beforeAll(async () => {
  const span = { from: BEGIN, until: BEGIN + 6 * HOUR_MS };
  story = scenario(span, { calls: 60, dropped: 7, changed: 5, onlyOurs: 3 }, 4);
  provider = await startProvider(story.rows);
  for (const body of story.bodies) await post('cc', body);
  for (const body of story.bodies) await callAt(`cc#${JSON.parse(body).callId}`);
});
afterAll(() => provider.stop());

const begin = (args: string[], settings: Record<string, string> = {}) =>
  start('reconcile', args, {
    env: plainEnvironment({
      SQS_PORT: String(ports.sqs),
      DYNAMODB_PORT: String(ports.dynamodb),
      NXCLOUD_GATEWAY: provider.gateway,
      NXCLOUD_ACCESS_KEY: provider.credentials.accessKey,
      NXCLOUD_SECRET: provider.credentials.accessSecret,
      ...settings,
    }),
  });
const reconcile = (...args: string[]): Promise<Finished> => finish(begin(args));
const given = (settings: Record<string, string>, ...args: string[]) => finish(begin(args, settings));

const OF_DAY = ['--from', DAY, '--to', DAY];
const dataOf = ({ output }: Finished) => JSON.parse(output) as Run;
const expected = () => ({
  missing: pksOf(story.dropped),
  different: pksOf(story.changed),
  unexpected: pksOf(story.onlyOurs),
});

test('--dry-run says what would be filled in, and a second time the same', async () => {
  const [first, second] = [await reconcile(...OF_DAY, '--dry-run'), await reconcile(...OF_DAY, '--dry-run')];

  expect(first).toMatchObject({ code: 0, errors: '' });
  expect(first.output).toMatch(/^Missing +7 {2}would be filled in$/m);
  expect(second.output).toBe(first.output);
});

test('interrupted, it says how to go on, and that goes on', async () => {
  const before = provider.seen.length;
  // So that there is a middle on a fast machine as well.
  provider.behaviour.delayMs = 50;
  const child = begin(OF_DAY);
  await until(() => provider.seen.length > before + 2);
  child.kill('SIGINT');
  const { code, output, errors } = await finish(child);
  provider.behaviour.delayMs = 0;
  const [, command = ''] =
    /What was compared is kept\. To continue: npm run reconcile -- (.+)$/m.exec(errors) ?? [];
  const asked = provider.seen.length;
  const rest = await reconcile(...command.split(' '), '--json');

  expect(code).toBe(1);
  expect(errors).toMatch(/^Interrupted\. /);
  expect(output).toMatch(/^2025-04-05 00:00:00 to 2025-04-05 \d\d:00:00, Asia\/Shanghai$/m);
  expect(foundBy(dataOf(rest))).toEqual(expected());
  expect(dataOf(rest)).toMatchObject({ filled: 7, compared: 57 });
  expect(provider.seen[asked]?.query.startTime).not.toBe(BEGIN / 1000 - 600);
});

describe('while the bucket', () => {
  const behind = async (fault: Fault) => {
    const proxy = await startFaultProxy(inject('stack').sqsEndpoint);
    const asked = new Promise<void>((resolve) => {
      proxy.faultOf = ({ action }) => {
        // Only requests to SQS name their action.
        if (action !== '') return undefined;
        resolve();
        return fault;
      };
    });
    return { asked, child: begin(OF_DAY, { SQS_PORT: new URL(proxy.endpoint).port }), stop: proxy.stop };
  };

  test('does not answer, Ctrl-C ends the command', async () => {
    const { asked, child, stop } = await behind('hang');
    await asked;
    child.kill('SIGINT');
    const { code, errors } = await finish(child);
    await stop();

    expect(code).toBe(1);
    expect(errors).toMatch(
      /^Interrupted\. What was compared is kept, and this goes on: npm run reconcile -- /,
    );
  });

  test('fails, the command says so, and how to go on', async () => {
    const { child, stop } = await behind('reset');
    const { code, errors } = await finish(child);
    await stop();

    expect(code).toBe(1);
    expect(errors).toMatch(
      /^Stopped by \w+: .+\. What was compared is kept, and this goes on: npm run recon/,
    );
  });
});

test('says in lines of 100 columns what differs, field by field, and what cannot be compared', async () => {
  for (const id of story.dropped) await callAt(`cc#${id}`);
  const { code, output } = await reconcile(...OF_DAY);
  const lines = output.split('\n');
  const [changed] = story.changed;

  expect(code).toBe(0);
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(100);
  expect(output.startsWith(`${LOCAL}2025-04-05 00:00:00 to 2025-04-06 00:00:00, Asia/Shanghai\n`)).toBe(true);
  expect(output).toMatch(/^Missing +0$/m);
  expect(output).toMatch(/^Different +5 /m);
  expect(output).toMatch(/^Unexpected +3 /m);
  expect(lines[lines.findIndex((line) => line.endsWith(`cc#${changed}`)) + 1]).toMatch(/^ {4}\w+ +.+ -> .+$/);
  expect(output).toContain('no list of predictive, icc and pns');
});

test('--report tells how many were missing in which hour, by whichever run', async () => {
  const rows = [0, 0, 1].map((hour, n) => listRow(`report-${n}`, BEGIN + (12 + hour) * HOUR_MS));
  const own = await startProvider([...story.rows, ...rows]);
  await given({ NXCLOUD_GATEWAY: own.gateway }, '--from', `${DAY}T10:00`, '--to', `${DAY}T20:00`);
  own.stop();
  const period = ['--from', `${DAY}T08:00`, '--to', `${DAY}T21:00`];
  const { code, output } = await reconcile('--report', ...period);
  const { output: json } = await reconcile('--report', ...period, '--json');

  expect(code).toBe(0);
  expect(output).toMatch(/^Last run: by the (command|schedule), finished /m);
  expect(output).toContain('  2025-04-05 12:00–13:00  2\n  2025-04-05 13:00–14:00  1\n');
  expect(Math.max(...output.split('\n').map(widthOf))).toBeLessThanOrEqual(100);
  expect(JSON.parse(json)).toMatchObject({
    missingByHour: { '2025-04-05T04': 2, '2025-04-05T05': 1 },
    last: { source: expect.any(String), compared: expect.any(Number) },
  });
});

test('--report of a time of which nothing was compared says so', async () => {
  const { code, output } = await reconcile('--report', '--from', '2001-01-01', '--to', '2001-01-02');

  expect(code).toBe(0);
  expect(output).toContain('In 0 runs of 2001-01-01 00:00:00 to 2001-01-03 00:00:00:');
});

test('a period that ends today is compared as far as NXCloud can be expected to list it', async () => {
  const from = new Date(Date.now() - 2 * HOUR_MS).toISOString();
  const run = dataOf(await reconcile('--from', from, '--to', '2199-01-01', '--dry-run', '--json'));

  expect(Date.parse(run.to)).toBeLessThanOrEqual(Date.now() - 600_000);
  expect(Date.parse(run.to)).toBeGreaterThan(Date.parse(from));
});

test.each<[string[], RegExp, Record<string, string>?]>([
  [[], /^Usage: npm run reconcile/],
  [['--from', 'yesterday'], /^--from yesterday must be a date like/],
  [['--from', '2025-04-05', '--to', 'today'], /^--to today must be a date like/],
  [['--from', '2025-04-05', '--to', '2025-04-04'], /^--from 2025-04-05 must be before --to 2025-04-04\.$/m],
  [['--from', '2199-01-01'], /^--from 2199-01-01 must be before .+ lists a call some minutes after/],
  [['--report', '--dry-run'], /^--report only tells what was found/],
  [OF_DAY, /^NXCLOUD_ACCESS_KEY and NXCLOUD_SECRET are needed/, { NXCLOUD_ACCESS_KEY: '' }],
  [OF_DAY, /^NXCLOUD_ACCESS_KEY and NXCLOUD_SECRET are needed/, { NXCLOUD_SECRET: '' }],
  [OF_DAY, /1003: the signature is wrong.+ Then run it again: npm run/, { NXCLOUD_SECRET: 'wrong' }],
  [OF_DAY, /1005: NXCLOUD_GATEWAY does not know NXCLOUD_ACCESS_KEY/, { NXCLOUD_ACCESS_KEY: 'AKother' }],
  [OF_DAY, /10\.0\.0\.1 is not asked: address not public/, { NXCLOUD_GATEWAY: 'http://10.0.0.1' }],
  [OF_DAY, /NXCLOUD_GATEWAY is no URL/, { NXCLOUD_GATEWAY: 'api-hk' }],
  [OF_DAY, /^The local stack does not answer/, { SQS_PORT: '1' }],
])('given %j it says what is wrong: %s', async (args, message, settings = {}) => {
  const { code, errors } = await given(settings, ...args);

  expect(code).toBe(1);
  expect(errors).toMatch(message);
  expect(errors).not.toMatch(/^ +at /m);
});

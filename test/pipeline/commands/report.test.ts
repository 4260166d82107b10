import { beforeAll, expect, inject, test } from 'vitest';
import { callOf } from '../../support/calls.ts';
import { type Finished, finish, LOCAL, start } from '../../support/commands.ts';
import { generateCalls } from '../../support/generated-calls.ts';
import { writeCalls } from '../../support/many-calls.ts';
import { dynamodb } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';

const ports = inject('ports');
const { callsTable } = inject('stack');
const env = plainEnvironment({
  SQS_PORT: String(ports.sqs),
  DYNAMODB_PORT: String(ports.dynamodb),
  TIME_ZONE: 'Asia/Shanghai',
});

const report = (...args: string[]): Promise<Finished> => finish(start('report', args, { env }));
const linesOf = ({ output }: Finished): string[] => output.slice(LOCAL.length).trimEnd().split('\n');

// No other test has calls of this year.
const DAY = ['--from', '2012-03-05', '--to', '2012-03-05'];
const NAME = '=HYPERLINK("https://x","陈大文")';

beforeAll(async () => {
  const at = (time: string) => Date.parse(`2012-03-05T${time}+08:00`);
  const inbound = (callId: string, time: string, fields: object) =>
    callOf('cc', { callId, direction: 0, startTime: at(time), inQueueTime: at(time), ...fields });
  await writeCalls(dynamodb, callsTable, [
    inbound('report-1', '09:00:00', {
      hangupCode: 1001,
      callDuration: 372,
      agentName: NAME,
      answerTime: at('09:00:12'),
    }),
    inbound('report-2', '09:30:00', { hangupCode: 1103, queueDuration: 61, totalCustomerPrice: 'x' }),
    inbound('report-3', '14:00:00', { hangupCode: 7777 }),
    callOf('cc', {
      callId: 'report-4',
      direction: 0,
      startTime: at('10:00:00') - 86_400_000,
      hangupCode: 1105,
    }),
    ...generateCalls(300, { from: Date.UTC(2012, 5, 1), until: Date.UTC(2012, 5, 20) }, 9),
  ]);
});

test('prints a row for each hour of the zone, the total, and its notes', async () => {
  const [period, titles, first, second, total, ...notes] = linesOf(await report(...DAY, '--by', 'hour'));

  expect(period).toBe('2012-03-05 00:00:00 to 2012-03-06 00:00:00, Asia/Shanghai');
  expect(titles).toMatch(/^Hour +Offered +Answered +Rate +Inbound +Aband\. +SL +ASA +Longest +Talk +ATT$/);
  expect(first).toMatch(/^2012-03-05 09h +2 +1 +50\.0% +2 +50\.0% +50\.0% +00:12 +01:01 +06:12 +06:12$/);
  expect(second).toMatch(/^2012-03-05 14h +1 +0 +1 +00:00$/);
  expect(total).toMatch(/^Total +3 +1 +50\.0% +3 /);
  expect(notes).toEqual([
    '1 call with unreadable fields: npm run calls -- --from 2012-03-05 --to 2012-03-05 --issues',
    '1 call with an unknown code',
    '1 call for which NXCloud did not say whether they were answered',
    '3 calls in 2 rows. All figures: npm run -s report -- --from 2012-03-05 --to 2012-03-05 --by hour --csv',
  ]);
});

test('compares with the previous period', async () => {
  const lines = linesOf(await report(...DAY, '--by', 'agent', '--compare', 'previous'));

  expect(lines[0]).toBe(
    '2012-03-05 00:00:00 to 2012-03-06 00:00:00, Asia/Shanghai; before: from 2012-03-04 00:00:00',
  );
  expect(lines.join('\n')).toMatch(
    /^none +2 [\s\S]*^=HYPERLINK[\s\S]*^Total +3 +1 [\s\S]*^Before +1 +0 +0\.0% +1 [\s\S]*^Change +\+200\.0% +\+50\.0pp/m,
  );
});

test.each(['weekday,agent', 'hour,skillGroup', 'callback'])('by %s fits 100 columns', async (by) => {
  const lines = linesOf(
    await report('--from', '2012-06-01', '--to', '2012-06-30', '--by', by, '--compare', 'previous'),
  );

  expect(lines.length).toBeGreaterThan(8);
  // A command to copy is as long as it is.
  for (const line of lines.filter((one) => !one.includes('npm run')))
    expect(line.length).toBeLessThanOrEqual(100);
  expect(lines.join('\n')).toMatch(/Total/);
});

test('shows every column with values with --wide', async () => {
  const [, titles] = linesOf(await report('--from', '2012-06-01', '--to', '2012-06-30', '--wide'));

  expect(titles).toMatch(/Inbound.*Longest.*ASR.*To agent.*Dropped.*AHT +Cost$/);
});

test('is one line of JSON, as the API answers', async () => {
  const { output } = await report(...DAY, '--json', '--by', 'direction');

  expect(JSON.parse(output)).toMatchObject({
    stage: 'local',
    by: ['direction'],
    rows: [{ key: 'inbound', keys: ['inbound'], offered: 3 }],
    total: { offered: 3, degraded: 1 },
  });
});

test('is CSV with every figure, in which a name is not a formula', async () => {
  const { output } = await report(...DAY, '--csv', '--by', 'agent,callback', '--compare', 'previous');
  const [head = '', ...rows] = output.trimEnd().split('\n');

  expect(head).toMatch(/^period,agent,callback,agentName,offered,answered,.*,untimed$/);
  expect(rows).toHaveLength(3);
  expect(rows[0]).toContain(`,cc,"'=HYPERLINK(""https://x"",""陈大文"")",1,1,`);
  expect(rows[1]).toMatch(/^current,,cc,,2,0,/);
  expect(rows[2]).toMatch(/^previous,,cc,,1,0,/);
});

test('says what to try if there are no calls, and what is wrong', async () => {
  expect(linesOf(await report('--from', '2011-01-01', '--to', '2011-01-02')).at(-1)).toBe(
    'No calls: give an earlier --from or fewer filters.',
  );
  const { code, errors } = await report('--by', 'minute', '--service-level-seconds', 'x');
  expect({ code, errors }).toEqual({
    code: 1,
    errors:
      '--by minute must be one or two of hour, day, weekday, callback, agent, skillGroup, direction, separated by a comma.\n' +
      '--service-level-seconds x must be a whole number from 0 to 3600.\n',
  });
  expect((await report('--csv', '--json')).errors).toBe('--json and --csv cannot be combined.\n');
});

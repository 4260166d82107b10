import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type RecordingAws, startRecordingAws } from './support/aws.ts';
import { copyProject } from './support/project.ts';
import { plainEnvironment, run } from './support/run.ts';

const project = copyProject();
let aws: RecordingAws;

beforeEach(async () => {
  aws = await startRecordingAws();
});
afterEach(() => aws.stop());
afterAll(() => project.remove());

const DIGEST = 'a'.repeat(64);
const digests = {
  CC_TOKEN_SHA256: DIGEST,
  PREDICTIVE_TOKEN_SHA256: DIGEST,
  ICC_TOKEN_SHA256: `${DIGEST}, ${'B'.repeat(64)}`,
  PNS_TOKEN_SHA256: DIGEST,
};

const account = () => ({
  AWS_ENDPOINT_URL: aws.endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'eu-central-1',
  SLS_AWS_MONITORING_FREQUENCY: '20',
});

const deploy = (stage: string, env: Record<string, string> = digests) =>
  project.serverless(['deploy', '--stage', stage], { ...account(), ...env });

const urls = (args: string[], env: Record<string, string>) =>
  run(process.execPath, ['commands/urls.ts', ...args], plainEnvironment(env), project.dir);

// Serverless itself asks who is calling, before any plugin has its turn.
const asked = () => aws.calls.filter((call) => call !== 'STS GetCallerIdentity');

test('a deployment sends bundles and template, then has CloudFormation create them', async () => {
  const { code, output } = await deploy('prod');

  expect(output).toContain('Service deployed to stack nxcloud-callbacks-prod');
  expect(code).toBe(0);
  expect([...aws.objects.keys()].map((key) => key.split('/').at(-1)).sort()).toEqual([
    'cc.zip',
    'compiled-cloudformation-template.json',
    'consumer.zip',
    'icc.zip',
    'pns.zip',
    'predictive.zip',
    'serverless-state.json',
  ]);
  expect(aws.requests('CreateChangeSet').map((parameters) => parameters.get('ChangeSetType'))).toEqual([
    'CREATE',
    'UPDATE',
  ]);
  expect(asked().indexOf('S3 PUT object')).toBeGreaterThan(
    asked().indexOf('CloudFormation ExecuteChangeSet'),
  );
  expect(aws.template().Resources).toHaveProperty('Dashboard');
  expect(aws.template().Resources.IccLambdaFunction?.Properties.Environment).toMatchObject({
    Variables: { ICC_TOKEN_SHA256: digests.ICC_TOKEN_SHA256 },
  });
});

test('a deployment tags the stack, which CloudFormation hands on to what is in it', async () => {
  await deploy('prod');

  for (const parameters of aws.requests('CreateChangeSet')) {
    const tags = [1, 2].map((index) => [
      parameters.get(`Tags.member.${index}.Key`),
      parameters.get(`Tags.member.${index}.Value`),
    ]);
    expect(Object.fromEntries(tags)).toEqual({ service: 'nxcloud-callbacks', stage: 'prod' });
  }
});

test.each([
  ['prod', 'true'],
  ['dev', 'false'],
])('protection of the stack of %s from being removed is %s', async (stage, enabled) => {
  await deploy(stage);

  expect(
    aws
      .requests('UpdateTerminationProtection')
      .map((parameters) => parameters.get('EnableTerminationProtection')),
  ).toEqual([enabled]);
});

test('a deployment ends with the URLs, the queues, the table and the dashboard; urls prints the URLs again', async () => {
  const { output } = await deploy('prod');
  const again = await urls(['--stage', 'prod'], account());

  for (const callback of ['cc', 'predictive', 'icc', 'pns']) {
    const url = `https://abc123.execute-api.eu-central-1.amazonaws.com/${callback}/callback`;
    expect(output).toContain(`${callback.padEnd(10)}  ${url}\n`);
    expect(again.output).toContain(`${callback.padEnd(10)}  ${url}\n`);
  }
  expect(output).toContain('Table of the call records: the-CallsTable');
  expect(output).toContain('#dashboards/dashboard/nxcloud-callbacks-prod');
  expect(again.code).toBe(0);
});

test('a deployment without digests stops before anything is created, and says which and how to make them', async () => {
  const { PNS_TOKEN_SHA256, ...others } = digests;
  const { code, output } = await deploy('prod', { ...others, CC_TOKEN_SHA256: 'secret-token' });

  expect(code).toBe(1);
  expect(asked()).toEqual([]);
  expect(output).toContain(
    'PNS_TOKEN_SHA256 is missing: make a token and its digest with "npm run token -- --callback pns --stage prod"',
  );
  expect(output).toContain('CC_TOKEN_SHA256 is not a list of SHA-256 digests');
  expect(output).not.toContain('secret-token');
  expect(output).not.toContain('ICC_TOKEN_SHA256');
  expect(output).not.toMatch(/\n\s+at /);
});

test('what was packaged without digests cannot be deployed later', async () => {
  await project.serverless(['package', '--stage', 'prod', '--package', 'packaged']);
  const { code, output } = await project.serverless(['deploy', '--stage', 'prod', '--package', 'packaged'], {
    ...account(),
    ...digests,
  });

  expect(code).toBe(1);
  expect(asked()).toEqual([]);
  expect(output).toContain('PNS_TOKEN_SHA256 is missing');
});

test('deploying a single function needs the digests too', async () => {
  const { code, output } = await project.serverless(
    ['deploy', 'function', '-f', 'pns', '--stage', 'prod'],
    account(),
  );

  expect(code).toBe(1);
  expect(output).toContain('PNS_TOKEN_SHA256 is missing');
  expect(asked()).toEqual([]);
});

test('malformed settings stop a deployment, all of them named at once', async () => {
  const { code, output } = await deploy('prod', {
    ...digests,
    LOG_RETENTION_DAYS: '31',
    THROTTLE_RATE: 'many',
    THROTTLE_BURST: '',
    CONSUMER_CONCURRENCY: '1',
    ALARM_EMAIL: 'oncall',
    ALLOWED_NETWORKS: '203.0.113.0/24,nowhere',
    ICC_SILENCE_HOURS: '999',
  });

  expect(code).toBe(1);
  expect(asked()).toEqual([]);
  expect(output.match(/^\w+ is "[^"]*": it must be .*$/gm)?.map((line) => line.split(' ')[0])).toEqual([
    'LOG_RETENTION_DAYS',
    'THROTTLE_RATE',
    'THROTTLE_BURST',
    'CONSUMER_CONCURRENCY',
    'ALARM_EMAIL',
    'ALLOWED_NETWORKS',
    'ICC_SILENCE_HOURS',
  ]);
});

test('settings of .env.<stage> are used for that stage', async () => {
  const lines = Object.entries({ ...digests, LOG_RETENTION_DAYS: '14' }).map(
    ([name, value]) => `${name}=${value}`,
  );
  writeFileSync(join(project.dir, '.env.staging'), lines.join('\n'));
  const { code } = await deploy('staging', {});

  expect(code).toBe(0);
  expect(aws.template().Resources.PnsLogGroup?.Properties.RetentionInDays).toBe(14);
});

test('stage local, whose token is public, cannot be deployed', async () => {
  const { code, output } = await deploy('local');

  expect(code).toBe(1);
  expect(asked()).toEqual([]);
  expect(output).toContain('npm start');
});

test('removing a stage deletes its stack and says that the table stays', async () => {
  await deploy('dev');
  const { code, output } = await project.serverless(['remove', '--stage', 'dev'], account());

  expect(code).toBe(0);
  expect(aws.calls).toContain('CloudFormation DeleteStack');
  expect(aws.objects.size).toBe(0);
  expect(output).toContain('Kept: AWS::DynamoDB::Table nxcloud-callbacks-dev-calls');
});

test('urls says what to do where nothing is deployed, and where there are no credentials', async () => {
  const missing = await urls(['--stage', 'prod'], account());
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...anonymous } = account();
  const refused = await urls(['--stage', 'prod'], { ...anonymous, AWS_EC2_METADATA_DISABLED: 'true' });
  const usage = await urls([], account());

  expect(missing).toEqual({
    code: 1,
    output:
      'Stage prod is not deployed in eu-central-1: give another --region, or deploy it with "npm run deploy -- --stage prod".\n',
  });
  expect(refused).toEqual({
    code: 1,
    output:
      'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  });
  expect(usage.output).toContain('Usage: npm run urls');
});

test('urls prints the local ones for stage local', async () => {
  const { output } = await urls(['--stage', 'local'], { HTTP_PORT: '3456' });

  expect(output).toContain('icc         http://127.0.0.1:3456/icc/callback\n');
});

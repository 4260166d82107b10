import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Deployment, digests, startDeployment } from '../support/deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

test('a deployment without digests stops before anything is created, and says which are missing and how to make them', async () => {
  const { PNS_TOKEN_SHA256, ...others } = digests;
  const env = { ...others, CC_TOKEN_SHA256: 'secret-token' };
  const { code, output } = await deployment.deploy('prod', env);

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain(
    'PNS_TOKEN_SHA256 is missing: make a token and its digest with "npm run token -- --callback pns --stage prod"',
  );
  expect(output).toContain('CC_TOKEN_SHA256 is not a list of SHA-256 digests');
  expect(output).not.toContain('secret-token');
  expect(output).not.toContain('ICC_TOKEN_SHA256');
  expect(output).not.toMatch(/\n\s+at /);
});

test('a package without digests cannot be deployed later', async () => {
  await deployment.project.serverless(['package', '--stage', 'prod', '--package', 'packaged']);
  const { code, output } = await deployment.serverless([
    'deploy',
    '--stage',
    'prod',
    '--package',
    'packaged',
  ]);

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain('PNS_TOKEN_SHA256 is missing');
});

test('deploying a single function needs the digests too', async () => {
  const { code, output } = await deployment.serverless(
    ['deploy', 'function', '-f', 'pns', '--stage', 'prod'],
    {},
  );

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain('PNS_TOKEN_SHA256 is missing');
});

test('one malformed digest among several stops a deployment', async () => {
  const list = `${digests.PNS_TOKEN_SHA256},secret-token`;
  const { code, output } = await deployment.deploy('prod', { ...digests, PNS_TOKEN_SHA256: list });

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain('PNS_TOKEN_SHA256 is not a list of SHA-256 digests');
});

/** The lines that a deployment ended with, by the variable that each is about. */
const problemsIn = (output: string): Record<string, string> =>
  Object.fromEntries(
    output
      .split('\n')
      .map((line) => [/^(?:[A-Z][A-Z\d_]+|--region)(?= )/.exec(line)?.[0], line])
      .filter(([variable]) => variable !== undefined),
  );

test('every problem stops a deployment, with a line for each variable in words of this project', async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...anonymous } = deployment.account;
  const env = {
    ...anonymous,
    ...digests,
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: deployment.project.dir,
    AWS_REGION: 'eu-west-9',
    LOG_RETENTION_DAYS: '31',
    THROTTLE_RATE: 'many',
    TRACING: 'on',
    DOMAIN: 'calls.example.com',
    CERTIFICATE_ARN: 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d',
    CC_TOKEN_SHA256: hash('sha256', 'local'),
    ICC_TOKEN_SHA256: `${digests.PNS_TOKEN_SHA256},${hash('sha256', '').toUpperCase()}`,
    PNS_TOKEN_SHA256: '0'.repeat(64),
    ALLOWED_NETWORKS: Array.from({ length: 300 }, (_, n) => `203.0.${n % 256}.0/24`).join(),
  };
  const { code, output } = await deployment.project.serverless(['deploy', '--stage', 'prod'], env);
  const problems = problemsIn(output);

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(Object.keys(problems).sort()).toEqual([
    'ALLOWED_NETWORKS',
    'AWS_ACCESS_KEY_ID',
    'AWS_REGION',
    'CC_TOKEN_SHA256',
    'CERTIFICATE_ARN',
    'ICC_TOKEN_SHA256',
    'LOG_RETENTION_DAYS',
    'PNS_TOKEN_SHA256',
    'THROTTLE_RATE',
    'TRACING',
  ]);
  expect(problems.LOG_RETENTION_DAYS).toContain('"31": it must be one of 1, 3, 5,');
  expect(problems.AWS_REGION).toBe(
    'AWS_REGION is "eu-west-9": it must be an AWS region like ap-southeast-1.',
  );
  expect(problems.TRACING).toBe('TRACING is "on": it must be Active or PassThrough.');
  expect(problems.ALLOWED_NETWORKS).toContain(`has ${Buffer.byteLength(env.ALLOWED_NETWORKS)} bytes`);
  expect(problems.CC_TOKEN_SHA256).toContain('the digest of "local"');
  expect(problems.ICC_TOKEN_SHA256).toContain('the digest of an empty token');
  expect(problems.PNS_TOKEN_SHA256).toContain('64 zeros');
  expect(output).not.toMatch(/\n\s+at /);
});

test('a misspelt region on the command line and a missing profile are named as such', async () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...anonymous } = deployment.account;
  const { code, output } = await deployment.project.serverless(
    ['deploy', '--stage', 'prod', '--region', 'eu-west-9'],
    { ...anonymous, ...digests, HOME: deployment.project.dir, AWS_PROFILE: 'nobody' },
  );

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain('--region is "eu-west-9": it must be an AWS region');
  expect(output).toContain('AWS_PROFILE is "nobody": it must be a profile with credentials');
});

test('a certificate of another region stops a deployment', async () => {
  const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d';
  const env = { ...digests, DOMAIN: 'calls.example.com', CERTIFICATE_ARN };
  const { code, output } = await deployment.deploy('prod', env);

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain('it must be a certificate in eu-central-1, where the stage is.');
});

test('a stage in AWS China is not deployed without a provider that signs readers in', async () => {
  const { code, output } = await deployment.deploy('prod', { ...digests, AWS_REGION: 'cn-north-1' });

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain('OIDC_ISSUER is missing: cn-north-1 has no Cognito user pools');
});

test('a stage in AWS China is not deployed with tracing', async () => {
  const env = {
    ...digests,
    AWS_REGION: 'cn-northwest-1',
    OIDC_ISSUER: 'https://login.example.com',
    OIDC_CLIENT_ID: 'calls',
    TRACING: 'Active',
  };
  const { code, output } = await deployment.deploy('prod', env);

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(problemsIn(output)).toEqual({
    TRACING: expect.stringContaining('it must be left out in cn-northwest-1'),
  });
});

test('stage local, whose token is public, cannot be deployed', async () => {
  const { code, output } = await deployment.deploy('local');

  expect(code).toBe(1);
  expect(deployment.aws.calls).toEqual([]);
  expect(output).toContain('npm start');
});

test('urls says what to do if nothing is deployed, and if there are no credentials', async () => {
  const { account, urls } = deployment;
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...anonymous } = account;
  const missing = await urls(['--stage', 'prod']);
  const refused = await urls(['--stage', 'prod'], { ...anonymous, AWS_EC2_METADATA_DISABLED: 'true' });

  expect(missing.code).toBe(1);
  expect(missing.output).toContain(
    'Stage prod is not deployed in eu-central-1: give another --region, or deploy it with "npm run deploy -- --stage prod".\n',
  );
  expect(refused.code).toBe(1);
  expect(refused.output).toContain(
    'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  );
});

test('urls uses the region of its option, else of the environment, else of .env.<stage>', async () => {
  const { account, aws, project, urls } = deployment;
  const { AWS_REGION, ...elsewhere } = account;
  writeFileSync(join(project.dir, '.env.qa'), 'AWS_REGION=eu-west-3\n');
  aws.regions.length = 0;
  const given = await urls(['--stage', 'qa', '--region', 'us-east-1']);
  const environment = await urls(['--stage', 'qa']);
  const configured = await urls(['--stage', 'qa'], elsewhere);

  expect(given.output).toContain('Stage qa is not deployed in us-east-1');
  expect(environment.output).toContain('Stage qa is not deployed in eu-central-1');
  expect(configured.output).toContain('Stage qa is not deployed in eu-west-3');
  expect(aws.regions).toEqual(['us-east-1', 'eu-central-1', 'eu-west-3']);
});

test('urls prints the local ones for stage local', async () => {
  const { output } = await deployment.urls(['--stage', 'local'], { HTTP_PORT: '3456' });

  expect(output).toMatch(/^icc +http:\/\/127\.0\.0\.1:3456\/icc\/callback\?token=local$/m);
});

test('settings of .env.<stage> are used for that stage', async () => {
  const settings = { ...digests, LOG_RETENTION_DAYS: '14' };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(deployment.project.dir, '.env.staging'), lines.join('\n'));
  const { code } = await deployment.deploy('staging', {});

  expect(code).toBe(0);
  expect(deployment.aws.template().Resources.PnsLogGroup?.Properties.RetentionInDays).toBe(14);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../infrastructure/deploy-permissions.ts';
import { deployPolicy, type Policy } from '../../infrastructure/deploy-policy.ts';
import type { Resource, Template } from '../../infrastructure/serverless-types.ts';
import { type Deployment, digests, startDeployment } from '../support/deployment.ts';
import { copyProject } from '../support/project.ts';
import { plainEnvironment, ROOT, type Run, run } from '../support/run.ts';
import { packagedStages } from '../support/template.ts';

const { template } = packagedStages();

const STACK = 'nxcloud-callbacks-prod';
const REGION = 'ap-southeast-1';
const ACCOUNT = '000000000000';

const policyOf = (of: Template, region = REGION, stack = STACK) => deployPolicy(of, { stack, region });

const pattern = (text: string) =>
  new RegExp(`^${text.replaceAll(/[.+?^$()[\]{}|\\]/g, '\\$&').replaceAll('*', '.*')}$`);

/** Whether the policy lets someone do the action to the resource. */
const allows = ({ Statement }: Policy, action: string, arn: string): boolean =>
  Statement.some(
    ({ Action, Resource }) =>
      Action.some((allowed) => pattern(allowed).test(action)) &&
      Resource.some((resource) => pattern(resource).test(arn)),
  );

/** The name that CloudFormation gives what has none. */
const made = (id: string) => `${STACK}-${id}-0A1B2C3D4E5F`;

const text = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll(`\${AWS::Region}`, REGION)
    .replaceAll(`\${AWS::AccountId}`, ACCOUNT)
    .replace(/^"|"$|^\{"Fn::Sub":"|"\}$/g, '');

/** An action that makes or changes a resource of a type, and the resource's ARN. */
const CREATED: Record<string, (resource: Resource, id: string) => [action: string, arn: string]> = {
  'AWS::SQS::Queue': ({ Properties }) => [
    'sqs:CreateQueue',
    `arn:aws:sqs:${REGION}:${ACCOUNT}:${text(Properties.QueueName)}`,
  ],
  'AWS::DynamoDB::Table': ({ Properties }) => [
    'dynamodb:CreateTable',
    `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${text(Properties.TableName)}`,
  ],
  'AWS::Lambda::Function': ({ Properties }) => [
    'lambda:CreateFunction',
    `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${text(Properties.FunctionName)}`,
  ],
  'AWS::Logs::LogGroup': ({ Properties }) => [
    'logs:CreateLogGroup',
    `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${text(Properties.LogGroupName)}`,
  ],
  'AWS::SNS::Topic': ({ Properties }) => [
    'sns:CreateTopic',
    `arn:aws:sns:${REGION}:${ACCOUNT}:${text(Properties.TopicName)}`,
  ],
  'AWS::CloudWatch::Alarm': ({ Properties }) => [
    'cloudwatch:PutMetricAlarm',
    `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${text(Properties.AlarmName)}`,
  ],
  'AWS::CloudWatch::Dashboard': ({ Properties }) => [
    'cloudwatch:PutDashboard',
    `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${text(Properties.DashboardName)}`,
  ],
  'AWS::S3::Bucket': ({ Properties }, id) => [
    's3:CreateBucket',
    `arn:aws:s3:::${Properties.BucketName ? text(Properties.BucketName) : made(id).toLowerCase()}`,
  ],
  'AWS::IAM::Role': (_, id) => ['iam:CreateRole', `arn:aws:iam::${ACCOUNT}:role/${made(id)}`],
  'AWS::Events::Rule': ({ Properties }) => [
    'events:PutRule',
    `arn:aws:events:${REGION}:${ACCOUNT}:rule/${text(Properties.Name)}`,
  ],
  'AWS::ApiGatewayV2::Route': () => ['apigateway:POST', `arn:aws:apigateway:${REGION}::/apis/abc123/routes`],
  'AWS::Cognito::UserPoolClient': () => [
    'cognito-idp:CreateUserPoolClient',
    `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${REGION}_abc`,
  ],
};

test('the policy allows to create every resource of a stage', () => {
  const policy = policyOf(template('prod'));
  const made = Object.entries(template('prod').Resources).flatMap(([id, resource]) => {
    const creation = CREATED[resource.Type]?.(resource, id);
    return creation ? [creation] : [];
  });

  expect(made.length).toBeGreaterThan(50);
  expect(made.filter(([action, arn]) => !allows(policy, action, arn))).toEqual([]);
});

test("the policy allows no access to another stack, nor to the stage's data", () => {
  const policy = policyOf(template('prod'));

  for (const [action, arn] of [
    ['sqs:CreateQueue', `arn:aws:sqs:${REGION}:${ACCOUNT}:other-queue`],
    ['dynamodb:DeleteTable', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/nxcloud-callbacks-dev-calls`],
    ['dynamodb:Query', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${STACK}-calls`],
    ['sqs:ReceiveMessage', `arn:aws:sqs:${REGION}:${ACCOUNT}:${STACK}-deliveries`],
    ['lambda:InvokeFunction', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${STACK}-api`],
    ['iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/Administrator`],
    ['iam:AttachRolePolicy', `arn:aws:iam::${ACCOUNT}:role/${STACK}-ApiRole-1`],
  ] as const) {
    expect(allows(policy, action, arn), action).toBe(false);
  }
});

test('the policy is for the partition of the region', () => {
  const partitions = (region: string) =>
    new Set(
      policyOf(template('prod'), region).Statement.flatMap(({ Resource }) =>
        Resource.filter((arn) => arn !== '*').map((arn) => arn.split(':')[1]),
      ),
    );

  expect(partitions('eu-central-1')).toEqual(new Set(['aws']));
  expect(partitions('cn-north-1')).toEqual(new Set(['aws-cn']));
  expect(partitions('us-gov-west-1')).toEqual(new Set(['aws-us-gov']));
});

test('docs/deploy.md has it, as npm run policy prints it', () => {
  const printed = JSON.stringify(policyOf(template('prod')), undefined, 2);

  expect(readFileSync(join(ROOT, 'docs', 'deploy.md'), 'utf8')).toContain(`\n${printed}\n`);
});

test('npm run policy prints the policy, or the problems of the settings', async () => {
  const project = copyProject();
  const print = (args: string[], env = {}) =>
    run(process.execPath, ['commands/policy.ts', ...args], plainEnvironment(env), project.dir);
  try {
    const printed = await print(['--stage', 'prod']);
    const refused = await print(['--stage', 'prod'], { TRACING: 'on' });

    expect(printed.code).toBe(0);
    expect(JSON.parse(printed.output)).toEqual(policyOf(template('prod')));
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/^TRACING is "on": it must be Active or PassThrough\.\n/);
    expect(await print([])).toMatchObject({
      code: 1,
      output: expect.stringContaining('--stage prod'),
    });
  } finally {
    project.remove();
  }
});

test('an unknown resource type is named', () => {
  const Resources = { Rule: { Type: 'AWS::Events::Unknown', Properties: {} } };

  expect(() => deployPolicy({ Resources }, { stack: STACK, region: REGION })).toThrow(
    'infrastructure/deploy-permissions.ts has no AWS::Events::Unknown',
  );
});

const EVERYTHING = {
  ...digests,
  AWS_REGION: REGION,
  ALARM_EMAIL: 'oncall@example.com',
  DOMAIN: 'calls.example.com',
  CERTIFICATE_ARN: `arn:aws:acm:${REGION}:000000000000:certificate/0a1b2c3d`,
  MACHINE_CLIENT: 'on',
  EVENT_BUS: 'on',
  WEBHOOK_URLS: 'https://crm.example.com/hook',
};

// A stack that is called prod is not removed.
const DEV = 'nxcloud-callbacks-dev';

describe('a stage with every setting', () => {
  let deployment: Deployment;
  let deployed: Run;
  let removed: Run;
  beforeAll(async () => {
    deployment = await startDeployment();
    deployed = await deployment.deploy('dev', EVERYTHING);
    removed = await deployment.serverless(['remove', '--stage', 'dev'], EVERYTHING);
  });
  afterAll(() => deployment.stop());

  test('has exactly the resource types of the table of permissions', () => {
    const types = new Set(Object.values(deployment.aws.template().Resources).map(({ Type }) => Type));

    expect([...types].sort()).toEqual(Object.keys(PERMISSIONS).sort());
  });

  test('has a policy that fits into a single IAM policy', () => {
    const policy = policyOf(deployment.aws.template(), REGION, DEV);

    expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
  });

  test('is deployed and removed with only what the policy allows', () => {
    const policy = policyOf(deployment.aws.template(), REGION, DEV);
    const bucket = `arn:aws:s3:::${DEV}-serverlessdeploymentbucket-0a1b2c3d4e5f`;
    const arns = [
      '*',
      `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${DEV}/1`,
      bucket,
      `${bucket}/serverless/object`,
      `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${DEV}-pns`,
      `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/serverless-${DEV}`,
    ];
    const asked = [...new Set(deployment.aws.calls)].map((call) => S3_ACTIONS[call] ?? actionOf(call));

    expect([deployed.code, removed.code]).toEqual([0, 0]);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((action) => !arns.some((arn) => allows(policy, action, arn)))).toEqual([]);
  });
});

const actionOf = (call: string): string => {
  const [service = '', action] = call.split(' ');
  return `${service.toLowerCase()}:${action}`;
};

const S3_ACTIONS: Record<string, string> = {
  'S3 PUT object': 's3:PutObject',
  'S3 GET object': 's3:GetObject',
  'S3 HEAD object': 's3:GetObject',
  'S3 GET bucket': 's3:ListBucket',
  'S3 HEAD bucket': 's3:ListBucket',
  'S3 POST bucket delete': 's3:DeleteObject',
};

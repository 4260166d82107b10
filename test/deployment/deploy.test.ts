import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbacks as allCallbacks } from '../../shared/callbacks/list.ts';
import { type Deployment, digests, startDeployment } from '../support/deployment.ts';
import type { Run } from '../support/run.ts';

const callbacks = allCallbacks.map(({ name }) => name);
const OTHERS = [
  ...['consumer', 'projector', 'relay', 'webhooks', 'archiver', 'exporter', 'reconciler'],
  ...['api', 'page'],
];
const width = Math.max(...callbacks.map((name) => name.length));

describe.each([
  { stage: 'prod', host: 'abc123.execute-api.eu-central-1.amazonaws.com', settings: {} },
  {
    stage: 'dev',
    host: 'calls.example.com',
    settings: {
      DOMAIN: 'calls.example.com',
      CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:000000000000:certificate/0a1b2c3d',
    },
  },
])('a deployment of $stage, at $host', ({ stage, host, settings }) => {
  let deployment: Deployment;
  let deployed: Run;
  beforeAll(async () => {
    deployment = await startDeployment();
    deployed = await deployment.deploy(stage, { ...digests, ...settings });
  });
  afterAll(() => deployment.stop());

  test('sends bundles and template, then has CloudFormation create them', () => {
    const { aws } = deployment;
    const { calls, objects, requests } = aws;

    expect(deployed.output).toContain(`Service deployed to stack nxcloud-callbacks-${stage}`);
    expect(deployed.code).toBe(0);
    expect([...objects.keys()].map((key) => key.split('/').at(-1)).sort()).toEqual(
      [
        ...[...callbacks, ...OTHERS].map((name) => `${name}.zip`),
        'compiled-cloudformation-template.json',
        'serverless-state.json',
      ].sort(),
    );
    const types = requests('CreateChangeSet').map((parameters) => parameters.get('ChangeSetType'));
    expect(types).toEqual(['CREATE', 'UPDATE']);
    expect(calls.lastIndexOf('S3 PUT object')).toBeLessThan(
      calls.lastIndexOf('CloudFormation ExecuteChangeSet'),
    );
    expect(aws.template().Resources).toHaveProperty('Dashboard');
    expect(aws.template().Resources.IccLambdaFunction?.Properties.Environment).toMatchObject({
      Variables: { ICC_TOKEN_SHA256: digests.ICC_TOKEN_SHA256 },
    });
  });

  test('tags the stack, and CloudFormation passes the tags on to its resources', () => {
    for (const parameters of deployment.aws.requests('CreateChangeSet')) {
      const tags = [1, 2].map((index) => [
        parameters.get(`Tags.member.${index}.Key`),
        parameters.get(`Tags.member.${index}.Value`),
      ]);
      expect(Object.fromEntries(tags)).toEqual({ service: 'nxcloud-callbacks', stage });
    }
  });

  test('ends with the URLs, the sign-in, the queues, the tables and the dashboard; urls prints the URLs again', async () => {
    const again = await deployment.urls(['--stage', stage]);

    for (const callback of callbacks) {
      const url = `https://${host}/${callback}/callback`;
      expect(deployed.output).toContain(`${callback.padEnd(width)}  ${url}\n`);
      expect(again.output).toContain(`${callback.padEnd(width)}  ${url}\n`);
    }
    expect(deployed.output).toContain('Queue between receivers and consumer: the-DeliveriesQueue');
    expect(deployed.output).toContain('Table of calls: the-CallsTable');
    expect(deployed.output).toContain(`Calls in a browser, for those who may read them: https://${host}/\n`);
    expect(deployed.output).toContain(
      `Calls as JSON, for those who may read them: https://${host}/api/calls`,
    );
    expect(deployed.output).toContain(
      'Domain of the sign-in page and of tokens: https://UserPoolDomain.auth.eu-central-1.',
    );
    expect(deployed.output).toContain('User pool of the people who may read calls: the-UserPool');
    expect(deployed.output).toContain('#dashboards/dashboard/Dashboard');
    expect(again.code).toBe(0);
  });

  test('gives a new token its URL', async () => {
    const { output } = await deployment.token(['--stage', stage, '--callback', 'icc']);

    expect(output).toContain(`\n  https://${host}/icc/callback?token=`);
  });

  test('prints the DNS record that its own host name needs', () => {
    const record = 'CNAME to set for calls.example.com in DNS: the-CustomDomain-RegionalDomainName';

    expect(deployed.output.includes(record)).toBe('DOMAIN' in settings);
  });

  test.runIf(stage === 'dev')(
    'is removed with its stack, and prints that the tables, the bucket and the user pool stay',
    async () => {
      const { aws, remove } = deployment;
      const { code, output } = await remove(stage);

      expect(code).toBe(0);
      expect(aws.calls).toContain('CloudFormation DeleteStack');
      expect(aws.objects.size).toBe(0);
      for (const table of ['deliveries', 'calls']) {
        expect(output).toContain(`Kept: AWS::DynamoDB::Table nxcloud-callbacks-dev-${table}`);
      }
      expect(output).toContain('Kept: AWS::S3::Bucket nxcloud-callbacks-dev-000000000000-eu-central-1');
      expect(output).toContain('Kept: AWS::Cognito::UserPool nxcloud-callbacks-dev');
    },
  );

  test.runIf(stage === 'prod')('is not removed until its protection is off', async () => {
    const { aws, remove } = deployment;
    const objects = [...aws.objects.keys()];
    const { code, output } = await remove(stage);

    expect(code).toBe(1);
    expect(aws.calls).not.toContain('CloudFormation DeleteStack');
    expect([...aws.objects.keys()]).toEqual(objects);
    expect(output).toContain('update-termination-protection --no-enable-termination-protection');
  });
});

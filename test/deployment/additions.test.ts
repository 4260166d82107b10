import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Template } from '../../infrastructure/serverless-types.ts';
import { ADDED, addCallback } from '../support/adding-a-callback.ts';
import { type Deployment, digests, startDeployment } from '../support/deployment.ts';
import type { Project } from '../support/project.ts';
import { plainEnvironment, type Run, run } from '../support/run.ts';
import { arn, CALLBACKS, idOf, packagedStages } from '../support/template.ts';

const { template } = packagedStages();

/** What a deployment of the project makes once something is added to it. */
const deployWith = (add: (project: Project) => void, env = digests) => {
  let deployment: Deployment;
  let deployed: Run;
  beforeAll(async () => {
    deployment = await startDeployment();
    add(deployment.project);
    deployed = await deployment.deploy('prod', env);
  });
  afterAll(() => deployment.stop());
  return {
    run: () => deployed,
    project: () => deployment.project,
    template: (): Template => deployment.aws.template(),
  };
};

const added = (after: object, before: object): string[] =>
  Object.keys(after)
    .filter((key) => !Object.hasOwn(before, key))
    .sort();

describe('a function that is not a callback', () => {
  const deployed = deployWith((project) => {
    project.write(
      'functions/ping.ts',
      "export const handler = async () => ({ statusCode: 200, body: 'pong' });\n",
    );
    project.change(
      'serverless.yml',
      '\nfunctions:\n',
      '\nfunctions:\n  ping:\n    handler: functions/ping.handler\n    events:\n      - httpApi: GET /api/ping\n',
    );
  });

  test('is deployed without a token', () => {
    expect(deployed.run().output).toContain('Service deployed to stack nxcloud-callbacks-prod');
    expect(deployed.run().code).toBe(0);
  });

  test("adds its own resources, and none of a callback's", () => {
    expect(added(deployed.template().Resources, template('prod').Resources)).toEqual([
      'HttpApiIntegrationPing',
      'HttpApiRouteGetApiPing',
      'IamRoleLambdaExecution',
      'PingLambdaFunction',
      'PingLambdaPermissionHttpApi',
      'PingLogGroup',
    ]);
    expect(added(deployed.template().Outputs, template('prod').Outputs)).toEqual([]);
  });

  test('may write its own logs, which are kept as long as the others', () => {
    const { PingLogGroup, PingLambdaFunction, IamRoleLambdaExecution } = deployed.template().Resources;

    expect(PingLogGroup?.Properties.RetentionInDays).toBe(90);
    expect(PingLambdaFunction?.Properties.Role).toEqual(arn('IamRoleLambdaExecution'));
    expect(JSON.stringify(IamRoleLambdaExecution)).toContain(':log-group:/aws/lambda/nxcloud-callbacks-prod');
  });

  test('changes nothing about callbacks', () => {
    const { Resources } = deployed.template();
    const unchanged = (id: string) => expect(Resources[id], id).toEqual(template('prod').Resources[id]);

    for (const [id, { Type }] of Object.entries(template('prod').Resources)) {
      if (['AWS::CloudWatch::Alarm', 'AWS::IAM::Role', 'AWS::ApiGatewayV2::Route'].includes(Type))
        unchanged(id);
    }
    const { ping, ...callbackWidgets } = outcomeWidgets(Resources.Dashboard);
    expect(ping).toBeUndefined();
    expect(Object.keys(callbackWidgets)).toEqual(CALLBACKS);
  });
});

const outcomeWidgets = (dashboard: unknown): Record<string, string> =>
  Object.fromEntries(
    [...JSON.stringify(dashboard).matchAll(/(\w+): outcomes/g)].map(([title, name = '']) => [name, title]),
  );

describe('the callback that docs/adding-a-callback.md adds', () => {
  const deployed = deployWith(addCallback, { ...digests, SEATS_TOKEN_SHA256: 'c'.repeat(64) });

  test('is deployed, and its URL printed', () => {
    expect(deployed.run().code).toBe(0);
    expect(deployed.run().output).toMatch(/^\s*seats +https:\S+\/seats\/callback$/m);
  });

  test('gets every alarm that the others have', () => {
    const alarmsOf = (callback: string, { Resources }: Template) =>
      Object.keys(Resources)
        .filter((id) => id.startsWith(idOf(callback)) && id.endsWith('Alarm'))
        .map((id) => id.replace(idOf(callback), ''));

    expect(alarmsOf(ADDED, deployed.template())).toEqual(alarmsOf('cc', template('prod')));
  });

  test('gets the permissions of a receiver and its part of the dashboard', () => {
    const { ReceiverRole, SeatsLambdaFunction, Dashboard } = deployed.template().Resources;

    expect(SeatsLambdaFunction?.Properties.Role).toEqual(arn('ReceiverRole'));
    expect(JSON.stringify(ReceiverRole)).toContain('SeatsLogGroup');
    expect(Object.keys(outcomeWidgets(Dashboard))).toEqual([...CALLBACKS, ADDED]);
  });

  test('makes the expected call from its sample', async () => {
    const { dir } = deployed.project();
    const vitest = join(dir, 'node_modules', 'vitest', 'vitest.mjs');
    const args = ['run', '--project', 'unit', '--reporter', 'verbose', 'test/unit/fixtures.test.ts'];
    const { code, output } = await run(process.execPath, [vitest, ...args], plainEnvironment(), dir);

    expect(output).toContain(`of the published sample ${ADDED}`);
    expect(code, output).toBe(0);
  });
});

describe('that callback without a token', () => {
  const deployed = deployWith(addCallback);

  test('is not deployed', () => {
    expect(deployed.run().code).toBe(1);
    expect(deployed.run().output).toContain('SEATS_TOKEN_SHA256 is missing');
  });
});

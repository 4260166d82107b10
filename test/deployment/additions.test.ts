import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Template } from '../../infrastructure/serverless-types.ts';
import { type Deployment, digests, startDeployment } from '../support/deployment.ts';
import type { Project } from '../support/project.ts';
import { ROOT, type Run } from '../support/run.ts';
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
  return { run: () => deployed, template: (): Template => deployment.aws.template() };
};

const added = (after: object, before: object): string[] =>
  Object.keys(after)
    .filter((key) => !Object.hasOwn(before, key))
    .sort();

describe('a function that is no callback', () => {
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

  test('adds what belongs to it, and nothing that belongs to a callback', () => {
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

  test('may write its own logs, which are kept as long as all others', () => {
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

const BLOCK = `  fifth:
    <<: *receiver
    handler: functions/fifth.handler
    environment:
      <<: *receiverEnvironment
      FIFTH_TOKEN_SHA256: \${param:tokenDigest, env:FIFTH_TOKEN_SHA256, ''}
    events:
      - httpApi: POST /fifth/callback
`;

const addFifth = (project: Project): void => {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  project.write('shared/callbacks/fifth.ts', read('test/support/fifth-callback.ts'));
  project.change('shared/callbacks/list.ts', '= [', '= [fifth, ');
  project.change('shared/callbacks/list.ts', 'import', "import { fifth } from './fifth.ts';\nimport");
  project.write('functions/fifth.ts', read('functions/pns.ts').replaceAll('pns', 'fifth'));
  project.change('serverless.yml', '  consumer:\n', `${BLOCK}  consumer:\n`);
};

describe('a fifth callback', () => {
  const deployed = deployWith(addFifth, { ...digests, FIFTH_TOKEN_SHA256: 'c'.repeat(64) });

  test('is deployed, and its URL printed', () => {
    expect(deployed.run().code).toBe(0);
    expect(deployed.run().output).toMatch(/^\s*fifth +https:\S+\/fifth\/callback$/m);
  });

  test('gets every alarm that the others have', () => {
    const alarmsOf = (callback: string, { Resources }: Template) =>
      Object.keys(Resources)
        .filter((id) => id.startsWith(idOf(callback)) && id.endsWith('Alarm'))
        .map((id) => id.replace(idOf(callback), ''));

    expect(alarmsOf('fifth', deployed.template())).toEqual(alarmsOf('cc', template('prod')));
  });

  test('gets the permissions of a receiver and its part of the dashboard', () => {
    const { ReceiverRole, FifthLambdaFunction, Dashboard } = deployed.template().Resources;

    expect(FifthLambdaFunction?.Properties.Role).toEqual(arn('ReceiverRole'));
    expect(JSON.stringify(ReceiverRole)).toContain('FifthLogGroup');
    expect(Object.keys(outcomeWidgets(Dashboard))).toEqual(['fifth', ...CALLBACKS]);
  });
});

describe('a fifth callback without its token', () => {
  const deployed = deployWith(addFifth);

  test('is not deployed', () => {
    expect(deployed.run().code).toBe(1);
    expect(deployed.run().output).toContain('FIFTH_TOKEN_SHA256 is missing');
  });
});

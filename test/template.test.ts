import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Resource, Template } from '../deploy/serverless.ts';
import { isException } from './support/lint-exceptions.ts';
import { copyProject } from './support/project.ts';
import { plainEnvironment } from './support/run.ts';

const project = copyProject();
const STAGES = ['prod', 'dev'];
const templates: Record<string, Template> = {};

beforeAll(async () => {
  for (const stage of STAGES) templates[stage] = await project.template(stage);
});
afterAll(() => project.remove());

const of = (stage: string): Template => {
  const template = templates[stage];
  if (template === undefined) throw new Error(`stage ${stage} is not packaged`);
  return template;
};

const resource = (stage: string, id: string): Resource => {
  const found = of(stage).Resources[id];
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};

const properties = (stage: string, id: string) => resource(stage, id).Properties;

const ofType = (stage: string, type: string): [string, Resource][] =>
  Object.entries(of(stage).Resources).filter(([, { Type }]) => Type === type);

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };

const statements = (stage: string, roleId: string): Statement[] => {
  const policies = properties(stage, roleId).Policies as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
};

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const CALLBACKS = ['Cc', 'Predictive', 'Icc', 'Pns'];

describe.each(STAGES)('on stage %s', (stage) => {
  test('queues are encrypted and keep messages for 4 days, dead letters for 14', () => {
    const calls = properties(stage, 'CallsQueue');
    const deadLetters = properties(stage, 'CallsDeadLetterQueue');

    expect(calls).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 4 * 86_400 });
    expect(deadLetters).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
  });

  test('dead letters come from the queue of the calls and from no other', () => {
    const own = `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:nxcloud-callbacks-${stage}-calls`;

    expect(properties(stage, 'CallsQueue')).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: arn('CallsDeadLetterQueue'), maxReceiveCount: 5 },
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
    expect(properties(stage, 'CallsDeadLetterQueue').RedriveAllowPolicy).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [{ 'Fn::Sub': own }],
    });
  });

  test.each(['CallsQueue', 'CallsDeadLetterQueue'])('%s refuses what does not come over TLS', (queue) => {
    expect(properties(stage, `${queue}Policy`)).toMatchObject({
      Queues: [{ Ref: queue }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:*',
            Resource: arn(queue),
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('the table is on demand, recoverable to any point in time, protected and kept', () => {
    expect(resource(stage, 'CallsTable')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('receivers may send to this queue, trace, and write their own logs; nothing else', () => {
    expect(statements(stage, 'ReceiverRole')).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('CallsQueue') },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: CALLBACKS.map((name) => arn(`${name}LogGroup`)),
      },
    ]);
  });

  test('the consumer may take from this queue, put and get in this table, trace, and write its own logs; nothing else', () => {
    expect(statements(stage, 'ConsumerRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: arn('CallsQueue'),
      },
      { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: arn('CallsTable') },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('ConsumerLogGroup')],
      },
    ]);
  });

  test('there are no other roles, and only Lambda may assume them', () => {
    expect(ofType(stage, 'AWS::IAM::Role').map(([id]) => id)).toEqual(['ReceiverRole', 'ConsumerRole']);
    for (const [, { Properties }] of ofType(stage, 'AWS::IAM::Role')) {
      expect(Properties.AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      });
      expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test('every function is traced, on arm64 and Node 24, with time and memory of its own', () => {
    const functions = ofType(stage, 'AWS::Lambda::Function');

    expect(functions).toHaveLength(5);
    for (const [id, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        TracingConfig: { Mode: 'Active' },
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: id === 'ConsumerLambdaFunction' ? 30 : 5,
        MemorySize: expect.any(Number),
        Role: arn(id === 'ConsumerLambdaFunction' ? 'ConsumerRole' : 'ReceiverRole'),
      });
    }
  });

  test('a receiver is not told the table, nor the consumer a token', () => {
    for (const [id, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
      const { Variables } = Properties.Environment as { Variables: object };
      expect(Object.keys(Variables).includes('TABLE_NAME')).toBe(id === 'ConsumerLambdaFunction');
      expect(/TOKEN/.test(Object.keys(Variables).join())).toBe(id !== 'ConsumerLambdaFunction');
    }
  });

  test('the metrics of a stage carry its name', () => {
    for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
      expect(Properties.Environment).toMatchObject({
        Variables: { POWERTOOLS_SERVICE_NAME: `nxcloud-callbacks-${stage}` },
      });
    }
  });

  test('every log group is kept for a stated time and goes with the stack', () => {
    const groups = ofType(stage, 'AWS::Logs::LogGroup');

    expect(groups).toHaveLength(6);
    for (const [, group] of groups) {
      expect(group).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      expect(group.Properties.RetentionInDays).toBe(stage === 'prod' ? 90 : 30);
    }
  });

  test('the API throttles, measures each route and logs no path, query or header', () => {
    const { DefaultRouteSettings, AccessLogSettings } = properties(stage, 'HttpApiStage');
    const { Format, DestinationArn } = AccessLogSettings as { Format: string; DestinationArn: unknown };

    expect(DefaultRouteSettings).toEqual({
      DetailedMetricsEnabled: true,
      ThrottlingRateLimit: stage === 'prod' ? '1000' : '200',
      ThrottlingBurstLimit: stage === 'prod' ? '2000' : '500',
    });
    expect(DestinationArn).toEqual(arn('HttpApiLogGroup'));
    expect([...Format.matchAll(/\$context\.([\w.]+)/g)].map(([, variable]) => variable)).toEqual([
      'requestId',
      'requestTime',
      'routeKey',
      'status',
      'responseLatency',
      'integrationLatency',
      'integrationErrorMessage',
      'error.message',
      'identity.sourceIp',
    ]);
    // The filter for 429 reads it.
    expect(JSON.parse(Format.replaceAll(/\$context\.[\w.]+/g, '0'))).toMatchObject({ status: 0 });
  });

  test('the consumer runs at most so often at once and reports each failed message', () => {
    expect(properties(stage, 'ConsumerEventSourceMappingSQSCallsQueue')).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: stage === 'prod' ? '50' : '10' },
    });
  });

  test('the deployment bucket is encrypted, private and TLS-only', () => {
    expect(properties(stage, 'ServerlessDeploymentBucket')).toMatchObject({
      BucketEncryption: expect.anything(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(JSON.stringify(properties(stage, 'ServerlessDeploymentBucketPolicy'))).toContain(
      'aws:SecureTransport',
    );
  });

  test('names carry service and stage', () => {
    const named = Object.values(of(stage).Resources).flatMap(({ Properties = {} }) =>
      Object.entries(Properties)
        .filter(([name]) => /^(Queue|Table|Function|LogGroup|Alarm|Topic|Dashboard)Name$/.test(name))
        .map(([, value]) => value)
        .filter((value) => typeof value === 'string'),
    );

    expect(named.length).toBeGreaterThan(40);
    for (const name of named) expect(name).toContain(`nxcloud-callbacks-${stage}`);
  });

  test('functions and API carry the tags that the stack has', () => {
    const tags = { service: 'nxcloud-callbacks', stage };

    expect(properties(stage, 'HttpApi').Tags).toEqual(tags);
    for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
      expect(Properties.Tags).toEqual(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
    }
  });

  test('every callback has its alarms, and each says what to do and where the runbook has it', () => {
    const alarms = ofType(stage, 'AWS::CloudWatch::Alarm');
    const names = alarms.map(([, { Properties }]) => String(Properties.AlarmName));
    const runbook = readFileSync(join(project.dir, 'docs', 'runbook.md'), 'utf8');

    for (const callback of ['cc', 'predictive', 'icc', 'pns']) {
      expect(names.filter((name) => name.startsWith(`nxcloud-callbacks-${stage}-${callback}-`))).toHaveLength(
        8,
      );
    }
    for (const [, { Properties }] of alarms) {
      const description = String(Properties.AlarmDescription);
      const [, entry] = /Runbook: docs\/runbook\.md#([\w-]+)$/.exec(description) ?? [];
      expect(runbook, String(Properties.AlarmName)).toContain(`\n## ${entry}\n`);
      expect(description.length).toBeLessThanOrEqual(1024);
      expect(Properties.AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
    }
  });

  test('alarms go off at the limits that were promised', () => {
    const alarm = (id: string) => properties(stage, `${id}Alarm`);

    expect(alarm('DeadLetters')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
    });
    expect(alarm('OldestMessage')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 300,
    });
    expect(alarm('PnsUnanswered')).toMatchObject({ MetricName: '5xx', Threshold: 0 });
    expect(alarm('PnsErrors')).toMatchObject({ MetricName: 'Errors', Threshold: 0 });
    expect(alarm('PnsSlow')).toMatchObject({
      MetricName: 'Latency',
      ExtendedStatistic: 'p99',
      Threshold: 3000,
    });
    expect(alarm('PnsRejected')).toMatchObject({ MetricName: 'Rejected', Threshold: 0 });
    expect(alarm('PnsChanged')).toMatchObject({ MetricName: 'Changed', Threshold: 0 });
    expect(alarm('PnsThrottles')).toMatchObject({ MetricName: 'Throttles', Threshold: 0 });
    expect(alarm('PnsRejected').Dimensions).toEqual([
      { Name: 'service', Value: `nxcloud-callbacks-${stage}` },
      { Name: 'callback', Value: 'pns' },
    ]);
  });

  test('only alarms of this account may publish to the topic, over TLS', () => {
    const { PolicyDocument } = properties(stage, 'AlarmTopicPolicy') as {
      PolicyDocument: { Statement: Statement[] };
    };
    const [allow, deny] = PolicyDocument.Statement;

    expect(allow).toMatchObject({
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  test('the dashboard shows every callback and only metrics that something writes', () => {
    const body = JSON.parse(
      (properties(stage, 'Dashboard').DashboardBody as { 'Fn::Sub': string })['Fn::Sub'],
    ) as { widgets: { properties: { title: string; metrics: string[][] } }[] };
    const titles = body.widgets.map(({ properties }) => properties.title);
    const lines = body.widgets.flatMap(({ properties }) => properties.metrics);
    const telemetry = readFileSync(join(project.dir, 'shared', 'telemetry.ts'), 'utf8');

    for (const callback of ['cc', 'predictive', 'icc', 'pns'])
      expect(titles).toContain(`${callback}: outcomes`);
    for (const [namespace, metric, dimension] of lines) {
      if (namespace === 'NxcloudCallbacks' && dimension === 'service' && metric !== 'DeliveryLag')
        expect(telemetry).toContain(`'${metric}'`);
    }
  });

  test('outputs are the URLs, queues, table, topic and dashboard', () => {
    const { Outputs } = of(stage);

    for (const callback of CALLBACKS) {
      const path = `/${callback.toLowerCase()}/callback`;
      expect(Outputs[`${callback}CallbackUrl`]).toEqual({
        Description: callback.toLowerCase(),
        Value: { 'Fn::Sub': `https://\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}${path}` },
      });
    }
    expect(Object.keys(Outputs)).toEqual(
      expect.arrayContaining([
        'CallsQueueUrl',
        'CallsDeadLetterQueueUrl',
        'CallsTableName',
        'AlarmTopicArn',
        'DashboardUrl',
      ]),
    );
  });

  test("passes AWS's validator but for what is listed", () => {
    const engine = new RegoEngine();
    const { diagnostics } = engine.validateStandard(new TemplateFile(project.templateFile(stage)));
    engine.free();
    const findings = diagnostics.filter(
      ({ ruleId, entity }) => !isException(ruleId, entity?.logicalId ?? ''),
    );

    expect(diagnostics.length).toBeGreaterThan(0);
    expect(
      findings.map(({ ruleId, entity, message }) => `${ruleId} ${entity?.logicalId}: ${message}`),
    ).toEqual([]);
  });

  const cfnLint = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
  const installed = cfnLint.status === 0;
  test.skipIf(!installed)(
    `passes cfn-lint but for what is listed ${installed ? '' : '(not installed: pip install cfn-lint)'}`,
    () => {
      const { stdout, stderr } = spawnSync(
        'cfn-lint',
        ['-c', 'I', '-f', 'json', '--', project.templateFile(stage)],
        {
          encoding: 'utf8',
          env: plainEnvironment(),
        },
      );
      type Finding = { Rule: { Id: string }; Location: { Path: string[] }; Message: string };
      const all: Finding[] = JSON.parse(stdout || `cfn-lint said nothing: ${stderr}`);
      const findings = all.filter(({ Rule, Location }) => !isException(Rule.Id, Location.Path[1] ?? ''));

      expect(
        findings.map(({ Rule, Location, Message }) => `${Rule.Id} ${Location.Path}: ${Message}`),
      ).toEqual([]);
    },
  );
});

test('the linters see a property that does not exist, and a resource that is left to chance', () => {
  const file = join(project.dir, 'broken.json');
  const broken = structuredClone(of('dev'));
  Object.assign(broken.Resources.CallsQueue?.Properties ?? {}, { SqsManagedSse: true });
  delete broken.Resources.CallsTable?.DeletionPolicy;
  writeFileSync(file, JSON.stringify(broken));
  const engine = new RegoEngine();
  const { diagnostics } = engine.validateStandard(new TemplateFile(file));
  engine.free();
  const findings = diagnostics.filter(({ ruleId, entity }) => !isException(ruleId, entity?.logicalId ?? ''));

  expect(findings.map(({ ruleId, entity }) => `${ruleId} ${entity?.logicalId}`).sort()).toEqual([
    'F3002 CallsQueue',
    'I3011 CallsTable',
    'W3011 CallsTable',
  ]);
});

test('local keeps neither table nor data', async () => {
  const { Resources } = await project.template('local');

  expect(Resources.CallsTable).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
});

test('settings of the environment reach the template', async () => {
  const { Resources } = await project.template('dev', {
    LOG_RETENTION_DAYS: '7',
    THROTTLE_RATE: '50',
    THROTTLE_BURST: '60',
    CONSUMER_CONCURRENCY: '3',
    ALARM_EMAIL: 'oncall@example.com',
    ICC_SILENCE_HOURS: '12',
  });

  expect(Resources.PnsLogGroup?.Properties.RetentionInDays).toBe(7);
  expect(Resources.HttpApiStage?.Properties.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: '50',
    ThrottlingBurstLimit: '60',
  });
  expect(Resources.ConsumerEventSourceMappingSQSCallsQueue?.Properties.ScalingConfig).toEqual({
    MaximumConcurrency: '3',
  });
  expect(Resources.AlarmEmail?.Properties).toMatchObject({
    Protocol: 'email',
    Endpoint: 'oncall@example.com',
  });
  expect(Resources.IccSilenceAlarm?.Properties).toMatchObject({
    MetricName: 'Accepted',
    Period: 3600,
    EvaluationPeriods: 12,
    TreatMissingData: 'breaching',
  });
  expect(Resources.PnsSilenceAlarm).toBeUndefined();
});

test('a fifth callback gets alarms, dashboard, output and permissions by its block alone', async () => {
  const added = copyProject();
  try {
    copyFileSync(join(added.dir, 'functions/pns.ts'), join(added.dir, 'functions/sms.ts'));
    const file = join(added.dir, 'serverless.yml');
    const block = `  sms:
    handler: functions/sms.handler
    timeout: 5
    role: ReceiverRole
    environment:
      SMS_TOKEN_SHA256: \${param:tokenDigest, env:SMS_TOKEN_SHA256, ''}
    events:
      - httpApi: POST /sms/callback
`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('\nfunctions:\n', `\nfunctions:\n${block}`));
    const { Resources, Outputs } = await added.template('dev');

    expect(Resources).toHaveProperty('SmsRejectedAlarm');
    expect(Outputs).toHaveProperty('SmsCallbackUrl');
    expect(JSON.stringify(Resources.Dashboard)).toContain('sms: outcomes');
    expect(JSON.stringify(Resources.ReceiverRole)).toContain('SmsLogGroup');
  } finally {
    added.remove();
  }
});

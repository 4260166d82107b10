import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyProject } from './support/project.ts';
import { plainEnvironment, run } from './support/run.ts';
import { CALLBACKS, idOf, packagedStages, STAGES, type Statement } from './support/template.ts';

const { project, template, properties, ofType } = packagedStages();

const PER_CALLBACK = [
  'unanswered',
  'errors',
  'slow',
  'rejected',
  'too-large',
  'unauthorized',
  'forbidden',
  'changed',
  'throttles',
];

describe.each(STAGES)('on stage %s', (stage) => {
  test('every callback has its alarms, and each says what to do and where the runbook has it', () => {
    const alarms = ofType(stage, 'AWS::CloudWatch::Alarm');
    const names = alarms.map(([, { Properties }]) => String(Properties.AlarmName));
    const runbook = readFileSync(join(project.dir, 'docs', 'runbook.md'), 'utf8');

    for (const callback of CALLBACKS) {
      const prefix = `nxcloud-callbacks-${stage}-${callback}-`;
      const own = names.filter((name) => name.startsWith(prefix)).map((name) => name.replace(prefix, ''));
      expect(own).toEqual(PER_CALLBACK);
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

  test('alarms watch the very metrics that the functions write', async () => {
    const count =
      "import('./shared/telemetry.ts').then((t) => t.countAll([{ counter: 'Rejected', callback: 'pns' }]))";
    const functionId = 'PnsLambdaFunction';
    const { Variables } = properties(stage, functionId).Environment as { Variables: Record<string, unknown> };
    const env = plainEnvironment({ POWERTOOLS_SERVICE_NAME: String(Variables.POWERTOOLS_SERVICE_NAME) });
    const { output } = await run(process.execPath, ['-e', count], env, project.dir);
    const written = JSON.parse(output.split('\n').find((line) => line.startsWith('{')) ?? '');
    const [directive] = written._aws.CloudWatchMetrics;
    const alarm = properties(stage, 'PnsRejectedAlarm');
    const dimensions = alarm.Dimensions as { Name: string; Value: string }[];

    expect(directive.Namespace).toBe(alarm.Namespace);
    expect(directive.Metrics.map(({ Name }: { Name: string }) => Name)).toContain(alarm.MetricName);
    expect([...directive.Dimensions[0]].sort()).toEqual(dimensions.map(({ Name }) => Name).sort());
    for (const { Name, Value } of dimensions) expect(written[Name]).toBe(Value);
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

  test('the dashboard has a name of its own in each region, because all regions share one namespace', () => {
    expect(properties(stage, 'Dashboard').DashboardName).toEqual({
      'Fn::Sub': `nxcloud-callbacks-${stage}-\${AWS::Region}`,
    });
  });

  test('the dashboard shows every callback and only metrics that something writes', () => {
    const body = JSON.parse(
      (properties(stage, 'Dashboard').DashboardBody as { 'Fn::Sub': string })['Fn::Sub'],
    ) as { widgets: { properties: { title: string; metrics: string[][] } }[] };
    const titles = body.widgets.map(({ properties }) => properties.title);
    const lines = body.widgets.flatMap(({ properties }) => properties.metrics);
    const telemetry = readFileSync(join(project.dir, 'shared', 'telemetry.ts'), 'utf8');

    for (const callback of CALLBACKS) expect(titles).toContain(`${callback}: outcomes`);
    for (const [namespace, metric, dimension] of lines) {
      if (namespace === 'NxcloudCallbacks' && dimension === 'service')
        expect(telemetry).toContain(`'${metric}'`);
    }
  });

  test('outputs are the URLs, queues, table, topic and dashboard', () => {
    const { Outputs } = template(stage);

    for (const callback of CALLBACKS) {
      const path = `/${callback}/callback`;
      expect(Outputs[`${idOf(callback)}CallbackUrl`]).toEqual({
        Description: callback,
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
});

test('a fifth callback gets alarms, dashboard, output and permissions by its block alone', async () => {
  const added = copyProject();
  try {
    copyFileSync(join(added.dir, 'functions/pns.ts'), join(added.dir, 'functions/fifth.ts'));
    const file = join(added.dir, 'serverless.yml');
    const block = `  fifth:
    handler: functions/fifth.handler
    timeout: 5
    role: ReceiverRole
    environment:
      FIFTH_TOKEN_SHA256: \${param:tokenDigest, env:FIFTH_TOKEN_SHA256, ''}
    events:
      - httpApi: POST /fifth/callback
`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('\nfunctions:\n', `\nfunctions:\n${block}`));
    const { Resources, Outputs } = await added.template('dev');

    expect(Resources).toHaveProperty('FifthRejectedAlarm');
    expect(Outputs).toHaveProperty('FifthCallbackUrl');
    expect(JSON.stringify(Resources.Dashboard)).toContain('fifth: outcomes');
    expect(JSON.stringify(Resources.ReceiverRole)).toContain('FifthLogGroup');
  } finally {
    added.remove();
  }
});

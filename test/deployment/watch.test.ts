import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { METRICS_NAMESPACE, OUTCOMES } from '../../shared/telemetry/outcomes.ts';
import { plainEnvironment, ROOT, run } from '../support/run.ts';
import { CALLBACKS, idOf, packagedStages, STAGES } from '../support/template.ts';

const { template, properties, ofType } = packagedStages();

const topic = { Ref: 'AlarmTopic' };

type Widget = { title: string; metrics: string[][] };

const dashboard = (stage: string): Widget[] => {
  const { DashboardBody } = properties(stage, 'Dashboard') as { DashboardBody: { 'Fn::Sub': string } };
  const { widgets } = JSON.parse(DashboardBody['Fn::Sub']) as { widgets: { properties: Widget }[] };
  return widgets.map((widget) => widget.properties);
};

type Dimensions = Record<string, unknown>;
type Alarm = [
  namespace: string,
  metric: string,
  of: Dimensions | undefined,
  statistic: string,
  above: number,
  seconds: number,
];

const alarmsOfTheStack = (stage: string): Record<string, Alarm> => {
  const queue = (id: string) => ({ QueueName: { 'Fn::GetAtt': [id, 'QueueName'] } });
  const projector = { FunctionName: { Ref: 'ProjectorLambdaFunction' } };
  const consumer = { FunctionName: { Ref: 'ConsumerLambdaFunction' } };
  return {
    'dead-letters': [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      queue('DeliveriesDeadLetterQueue'),
      'Maximum',
      0,
      60,
    ],
    'oldest-message': [
      'AWS/SQS',
      'ApproximateAgeOfOldestMessage',
      queue('DeliveriesQueue'),
      'Maximum',
      300,
      60,
    ],
    'consumer-errors': ['AWS/Lambda', 'Errors', consumer, 'Sum', 0, 300],
    'consumer-throttles': ['AWS/Lambda', 'Throttles', consumer, 'Sum', 0, 300],
    'iterator-age': ['AWS/Lambda', 'IteratorAge', projector, 'Maximum', 300_000, 60],
    'projector-errors': ['AWS/Lambda', 'Errors', projector, 'Sum', 0, 300],
    'projector-failures': [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      queue('ProjectorFailuresQueue'),
      'Maximum',
      0,
      60,
    ],
    'recordings-dead-letters': [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      queue('RecordingsDeadLetterQueue'),
      'Maximum',
      0,
      60,
    ],
    'relay-failures': [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      queue('RelayFailuresQueue'),
      'Maximum',
      0,
      60,
    ],
    'exports-dead-letters': [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      queue('ExportsDeadLetterQueue'),
      'Maximum',
      0,
      60,
    ],
    'api-errors': ['AWS/Lambda', 'Errors', { FunctionName: { Ref: 'ApiLambdaFunction' } }, 'Sum', 0, 300],
    'api-throttles': ['NxcloudCallbacks', `nxcloud-callbacks-${stage}-throttled`, undefined, 'Sum', 0, 60],
  };
};

const alarmsOf = (callback: string, stage: string): Record<string, Alarm> => {
  const path = `/${callback}/callback`;
  const route = { ApiId: { Ref: 'HttpApi' }, Stage: '$default', Method: 'POST', Resource: path };
  const lambda = { FunctionName: { Ref: `${idOf(callback)}LambdaFunction` } };
  const own = { service: `nxcloud-callbacks-${stage}`, callback };
  return {
    [`${callback}-unanswered`]: ['AWS/ApiGateway', '5xx', route, 'Sum', 0, 300],
    [`${callback}-errors`]: ['AWS/Lambda', 'Errors', lambda, 'Sum', 0, 300],
    [`${callback}-slow`]: ['AWS/ApiGateway', 'Latency', route, 'p99', 3000, 300],
    [`${callback}-rejected`]: ['NxcloudCallbacks', 'Rejected', own, 'Sum', 0, 300],
    [`${callback}-degraded`]: ['NxcloudCallbacks', 'Degraded', own, 'Sum', 0, 300],
    [`${callback}-too-large`]: ['NxcloudCallbacks', 'TooLarge', own, 'Sum', 0, 300],
    [`${callback}-unauthorized`]: ['NxcloudCallbacks', 'Unauthorized', own, 'Sum', 10, 900],
    [`${callback}-forbidden`]: ['NxcloudCallbacks', 'Forbidden', own, 'Sum', 10, 900],
    // A further event of a predictive call is no change of it.
    ...(callback !== 'predictive' && {
      [`${callback}-changed`]: ['NxcloudCallbacks', 'Changed', own, 'Sum', 0, 300] satisfies Alarm,
    }),
    [`${callback}-throttles`]: ['AWS/Lambda', 'Throttles', lambda, 'Sum', 0, 300],
  };
};

const inFull = ([Namespace, MetricName, of, statistic, Threshold, Period]: Alarm) => ({
  Namespace,
  MetricName,
  ...(of && { Dimensions: Object.entries(of).map(([Name, Value]) => ({ Name, Value })) }),
  ...(statistic.startsWith('p') ? { ExtendedStatistic: statistic } : { Statistic: statistic }),
  Threshold,
  Period,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [topic],
  OKActions: [topic],
});

describe.each(STAGES)('on stage %s', (stage) => {
  test('every alarm watches its own metric, goes off at its limit, and tells so', () => {
    const alarms = ofType(stage, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
      const { AlarmName, AlarmDescription, ...rest } = Properties;
      return [String(AlarmName).replace(`nxcloud-callbacks-${stage}-`, ''), rest];
    });
    const expected = Object.assign(
      alarmsOfTheStack(stage),
      ...CALLBACKS.map((callback) => alarmsOf(callback, stage)),
    ) as Record<string, Alarm>;

    expect(Object.fromEntries(alarms)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, alarm]) => [name, inFull(alarm)])),
    );
  });

  test('every alarm says what to do and where the runbook has it', () => {
    const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');

    for (const [, { Properties }] of ofType(stage, 'AWS::CloudWatch::Alarm')) {
      const description = String(Properties.AlarmDescription);
      const [, entry] = /Runbook: docs\/runbook\.md#([\w-]+)$/.exec(description) ?? [];
      expect(runbook, String(Properties.AlarmName)).toContain(`\n## ${entry}\n`);
      expect(description.length).toBeLessThanOrEqual(1024);
    }
  });

  test('callbacks that the API refused with 429 are counted from its log, where their alarm looks; readers are not', () => {
    const { MetricName, Namespace } = properties(stage, 'ApiThrottlesAlarm');

    expect(properties(stage, 'ApiThrottlesFilter')).toEqual({
      LogGroupName: { Ref: 'HttpApiLogGroup' },
      FilterPattern: '{ $.status = 429 && $.routeKey != "GET *" && $.routeKey != "* /api/*" }',
      MetricTransformations: [{ MetricNamespace: Namespace, MetricName, MetricValue: '1', Unit: 'Count' }],
    });
  });

  test('alarms watch the very metrics that the functions write', async () => {
    const count =
      "import('./shared/telemetry/metrics.ts').then((t) => t.countAll([{ outcome: 'Rejected', callback: 'pns' }]))";
    const functionId = 'PnsLambdaFunction';
    const { Variables } = properties(stage, functionId).Environment as { Variables: Record<string, unknown> };
    const env = plainEnvironment({ POWERTOOLS_SERVICE_NAME: String(Variables.POWERTOOLS_SERVICE_NAME) });
    const { output } = await run(process.execPath, ['-e', count], env);
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
    expect(properties(stage, 'AlarmTopicPolicy')).toMatchObject({
      Topics: [topic],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: topic,
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Resource: topic,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('the dashboard has another name in each region, because all regions share one namespace', () => {
    expect(properties(stage, 'Dashboard').DashboardName).toEqual({
      'Fn::Sub': `nxcloud-callbacks-${stage}-\${AWS::Region}`,
    });
  });

  test('the dashboard shows every callback and only metrics that something writes', () => {
    const widgets = dashboard(stage);
    const titles = widgets.map(({ title }) => title);
    const lines = widgets.flatMap(({ metrics }) => metrics);

    for (const callback of CALLBACKS) expect(titles).toContain(`${callback}: outcomes`);
    for (const [namespace, metric, dimension] of lines) {
      if (namespace === METRICS_NAMESPACE && dimension === 'service')
        expect([...OUTCOMES, 'DeliveryLag']).toContain(metric);
    }
  });

  test('the dashboard shows only queues, functions, tables and an API that the stack has', () => {
    const { Resources } = template(stage);
    const kinds: Record<string, string> = {
      QueueName: 'AWS::SQS::Queue',
      FunctionName: 'AWS::Lambda::Function',
      TableName: 'AWS::DynamoDB::Table',
      ApiId: 'AWS::ApiGatewayV2::Api',
    };
    const shown = dashboard(stage).flatMap(({ metrics }) =>
      metrics.flatMap((line) =>
        line.flatMap((part, at) => (kinds[part] ? [[kinds[part], line[at + 1]]] : [])),
      ),
    );

    expect(shown.length).toBeGreaterThan(20);
    for (const [kind, reference = ''] of shown) {
      const [, id = ''] = /^\$\{(\w+)(\.QueueName)?\}$/.exec(reference) ?? [];
      expect(Resources[id]?.Type, reference).toBe(kind);
    }
  });

  test('outputs are the URLs, queues, tables, topic and dashboard', () => {
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
        'DeliveriesQueueUrl',
        'DeliveriesDeadLetterQueueUrl',
        'ProjectorFailuresQueueUrl',
        'RecordingsQueueUrl',
        'RecordingsDeadLetterQueueUrl',
        'RelayFailuresQueueUrl',
        'ExportsQueueUrl',
        'ExportsDeadLetterQueueUrl',
        'DeliveriesTableName',
        'CallsTableName',
        'FilesBucketName',
        'AlarmTopicArn',
        'DashboardUrl',
      ]),
    );
  });
});

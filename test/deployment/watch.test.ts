import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../infrastructure/serverless-types.ts';
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

const routeOf = (stage: string, key: string) =>
  ofType(stage, 'AWS::ApiGatewayV2::Route').find(([, { Properties }]) => Properties.RouteKey === key)?.[1]
    .Properties ?? {};

type Metric = { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: unknown }[] };
type Alarm = Partial<Metric> & {
  Metrics?: {
    Id: string;
    Expression?: string;
    MetricStat?: { Metric: Metric; Stat: string; Period: number };
  }[];
};

const alarmsOn = (stage: string): Record<string, Alarm> =>
  Object.fromEntries(
    ofType(stage, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => [
      String(Properties.AlarmName).replace(`nxcloud-callbacks-${stage}-`, ''),
      Properties as Alarm,
    ]),
  );

const metricOf = (Namespace: string, MetricName: string, of?: Record<string, unknown>): Metric => ({
  Namespace,
  MetricName,
  ...(of && { Dimensions: Object.entries(of).map(([Name, Value]) => ({ Name, Value })) }),
});
const ofQueue = (id: string, name: string) =>
  metricOf('AWS/SQS', name, { QueueName: { 'Fn::GetAtt': [id, 'QueueName'] } });
const ofFunction = (id: string, name: string) =>
  metricOf('AWS/Lambda', name, { FunctionName: { Ref: `${id}LambdaFunction` } });

const common = {
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  TreatMissingData: 'notBreaching',
  AlarmActions: [topic],
  OKActions: [topic],
};

const one = (metric: Metric, Statistic: string, Threshold: number, Period: number) => ({
  ...common,
  ...metric,
  Statistic,
  Threshold,
  Period,
});

const greatest = (metrics: Metric[], Stat: string, Threshold: number) => ({
  ...common,
  Threshold,
  Metrics: [
    ...metrics.map((Metric, n) => ({
      Id: `m${n + 1}`,
      MetricStat: { Metric, Stat, Period: 300 },
      ReturnData: false,
    })),
    { Id: 'watched', Expression: 'MAX(FILL(METRICS(), 0))', ReturnData: true },
  ],
});

const DAY = 86_400;

/**
 * The queues of a stage that messages go to when they are given up, and the functions that read
 * streams.
 */
const found = (stage: string) => {
  const { Resources } = template(stage);
  const isOff = ({ Properties }: Resource) => Properties.Enabled === false;
  const text = JSON.stringify(Object.values(Resources).filter((resource) => !isOff(resource)));
  const isTarget = (key: string) => (id: string) =>
    text.includes(`"${key}":${JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] })}`);
  const queues = ofType(stage, 'AWS::SQS::Queue').map(([id]) => id);
  return {
    deadLetters: queues.filter(isTarget('deadLetterTargetArn')),
    failures: queues.filter(isTarget('Destination')),
    readers: ofType(stage, 'AWS::Lambda::EventSourceMapping')
      .filter(([id, resource]) => id.includes('Dynamodb') && !isOff(resource))
      .map(([id]) => id.replace(/EventSourceMapping.*/, '')),
  };
};

const ofTheStack = (stage: string): Record<string, object> => {
  const { deadLetters, failures, readers } = found(stage);
  const aged = deadLetters.map((id) => ofQueue(id, 'ApproximateAgeOfOldestMessage'));
  const log = (name: string) => metricOf('NxcloudCallbacks', `nxcloud-callbacks-${stage}-${name}`);
  return {
    'dead-letters': greatest(
      [...deadLetters, ...failures].map((id) => ofQueue(id, 'ApproximateNumberOfMessagesVisible')),
      'Maximum',
      0,
    ),
    'dead-letters-7-days': greatest(aged, 'Maximum', 7 * DAY),
    'dead-letters-12-days': greatest(aged, 'Maximum', 12 * DAY),
    'oldest-message': one(ofQueue('DeliveriesQueue', 'ApproximateAgeOfOldestMessage'), 'Maximum', 300, 60),
    'iterator-age': greatest(
      readers.map((id) => ofFunction(id, 'IteratorAge')),
      'Maximum',
      300_000,
    ),
    unanswered: one(log('unanswered'), 'Sum', 0, 60),
    throttled: one(log('throttled'), 'Sum', 0, 60),
    'too-large': one(log('too-large'), 'Sum', 0, 300),
    'wrong-path': one(log('wrong-path'), 'Sum', 0, 300),
    slow: one(log('slow'), 'Sum', 3, 300),
    'api-errors': one(log('api-errors'), 'Sum', 0, 300),
  };
};

const ofCallback = (callback: string, stage: string): Record<string, object> => {
  const own = (name: string) =>
    metricOf('NxcloudCallbacks', name, { service: `nxcloud-callbacks-${stage}`, callback });
  const input = (Id: string, name: string) => ({
    Id,
    MetricStat: { Metric: own(name), Stat: 'Sum', Period: 3600 },
    ReturnData: false,
  });
  return {
    [`${callback}-refused`]: {
      ...common,
      Metrics: [
        input('refused', 'Refused'),
        input('accepted', 'Accepted'),
        { Id: 'watched', Expression: expect.any(String), ReturnData: true },
      ],
    },
    [`${callback}-rejected`]: one(own('Rejected'), 'Sum', 0, 300),
    [`${callback}-degraded`]: one(own('Degraded'), 'Sum', 0, 300),
  };
};

/**
 * What the functions count while a script runs, summed by name as CloudWatch does; what nothing
 * counted is missing.
 */
const countedBy = async (script: string, env: Record<string, string>): Promise<Record<string, number>> => {
  const { output } = await run(process.execPath, ['-e', script], plainEnvironment(env));
  const lines = output.split('\n').filter((line) => line.startsWith('{"_aws"'));
  const sums: Record<string, number> = {};
  for (const line of lines.map((text) => JSON.parse(text))) {
    for (const { Name } of line._aws.CloudWatchMetrics[0].Metrics) {
      sums[Name] =
        (sums[Name] ?? 0) + [line[Name]].flat().reduce((sum: number, value: number) => sum + value, 0);
    }
  }
  return sums;
};

/** What a product's function counts when it is asked so; its token is `right`. */
const countedFor = (...events: object[]) =>
  countedBy(
    `import('./functions/pns.ts').then(async ({ handler }) => { for (const event of ${JSON.stringify(events)}) await handler({ ...event, body: ' '.repeat(event.bytes) }, {}); })`,
    {
      QUEUE_URL: 'http://127.0.0.1:1/queue',
      AWS_REGION: 'local',
      PNS_TOKEN_SHA256: hash('sha256', 'right'),
      ALLOWED_NETWORKS: '192.0.2.0/24',
    },
  );

const from = (sourceIp: string, token: string | undefined, bytes = 10, more = {}) => ({
  requestContext: { http: { sourceIp } },
  headers: {},
  queryStringParameters: { token },
  bytes,
  ...more,
});

/**
 * Whether the alarm about refusals goes off after an hour with these counts; without a value it
 * does not.
 */
const rings = (stage: string, { Refused, Accepted }: Record<string, number>): boolean => {
  const [watched] =
    alarmsOn(stage)['pns-refused']?.Metrics?.flatMap(({ Expression }) => Expression ?? []) ?? [];
  if (Refused === undefined || Accepted === undefined) return false;
  const IF = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
  return new Function('IF', 'refused', 'accepted', `return ${watched}`)(IF, Refused, Accepted) > 0;
};

/**
 * Whether CloudWatch's filter pattern takes a line: comparisons of fields with numbers, texts with
 * wildcards and regular expressions.
 */
const takes = (pattern: string, line: Record<string, unknown>): boolean => {
  const glob = (text: string) =>
    new RegExp(
      `^${text
        .split('*')
        .map((part) => part.replaceAll(/[.+{}/]/g, '\\$&'))
        .join('.*')}$`,
    );
  const script = pattern
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll(
      /\$\.(\w+) (!?=) "([^"]*)"/g,
      (_, field, sign, text) => `(${glob(text)}.test(line.${field}) === ${sign === '='})`,
    )
    .replaceAll(/\$\.(\w+) = %([^%]*)%/g, 'new RegExp("$2").test(line.$1)')
    .replaceAll(
      /\$\.(\w+) (>=|=) (\d+)/g,
      (_, field, sign, number) => `line.${field} ${sign === '=' ? '===' : sign} ${number}`,
    );
  return new Function('line', `return ${script}`)(line);
};

describe.each(STAGES)('on stage %s', (stage) => {
  test('every alarm watches its own metrics, goes off at its limit, and notifies the topic', () => {
    const alarms = Object.entries(alarmsOn(stage)).map(([name, alarm]) => {
      const { AlarmName, AlarmDescription, ...rest } = alarm as Record<string, unknown>;
      return [name, rest];
    });

    expect(Object.fromEntries(alarms)).toEqual(
      Object.assign(ofTheStack(stage), ...CALLBACKS.map((callback) => ofCallback(callback, stage))),
    );
  });

  test('every queue of dead letters is watched, and every function that reads a stream', () => {
    const { deadLetters, failures, readers } = found(stage);

    expect(deadLetters).toContain('DeliveriesDeadLetterQueue');
    expect(failures).toContain('ProjectorFailuresQueue');
    expect(readers).toContain('Projector');
  });

  test.each([
    ['a wrong token', from('192.0.2.1', 'wrong')],
    ['a network that is not allowed', from('198.51.100.1', 'right')],
    ['a body that is too large', from('192.0.2.1', 'right', 200_000)],
  ])(
    'one request with %s sets off the alarm only in an hour in which nothing is accepted',
    async (_, event) => {
      const counted = await countedFor(event);

      expect(rings(stage, counted)).toBe(true);
      expect(rings(stage, { ...counted, Accepted: 1 })).toBe(false);
      expect(rings(stage, { Refused: 11, Accepted: 100 })).toBe(true);
    },
  );

  test('requests without any token are counted apart and set off no alarm', async () => {
    const counted = await countedFor(from('192.0.2.1', undefined), from('198.51.100.1', undefined));

    expect(counted).toEqual({ Anonymous: 2 });
    expect(rings(stage, counted)).toBe(false);
  });

  test('a request to a wrong path of a callback is answered 404 by its function, and logged without its path', async () => {
    const event = from('192.0.2.1', 'right', 10, {
      rawPath: '/pns/calback',
      routeKey: 'POST /pns/{proxy+}',
    });

    expect(await countedFor(event)).toEqual({ Misdirected: 1 });
    for (const name of CALLBACKS) {
      const { Target, ...own } = routeOf(stage, `POST /${name}/{proxy+}`);
      expect(Target).toEqual(routeOf(stage, `POST /${name}/callback`).Target);
      expect(own.AuthorizationType).toBeUndefined();
    }
  });

  const line = (status: number, routeKey: string, responseLatency = '12') => ({
    status,
    routeKey,
    responseLatency,
  });
  test.each([
    [line(200, 'POST /pns/callback'), []],
    [line(200, 'POST /pns/callback', '2999'), []],
    [line(200, 'POST /pns/callback', '3000'), ['slow']],
    [line(200, 'POST /pns/callback', '12000'), ['slow']],
    [line(200, 'GET /api/calls', '12000'), []],
    [line(503, 'POST /icc/callback'), ['unanswered']],
    [line(500, 'POST /icc/callback', '5001'), ['slow', 'unanswered']],
    [line(503, 'GET /api/calls'), ['api-errors']],
    [line(500, 'POST /api/exports'), ['api-errors']],
    [line(401, 'POST /pns/callback'), []],
    [line(429, 'POST /pns/callback'), ['throttled']],
    [line(429, '-'), ['throttled']],
    [line(429, 'GET /api/calls'), []],
    [line(429, 'POST /pns/{proxy+}'), []],
    [line(413, 'POST /cc/callback'), ['too-large']],
    [line(404, 'POST /pns/{proxy+}'), ['wrong-path']],
    [line(404, 'GET /api/call'), []],
    [line(404, 'GET /assets/{proxy+}'), []],
    [line(404, '-'), []],
  ])('a line %o of the log is counted as %j', (written, counts) => {
    const filters = ofType(stage, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
    const counted = filters.flatMap(({ FilterPattern, MetricTransformations, LogGroupName }) => {
      const [{ MetricName = '' } = {}] = MetricTransformations as { MetricName?: string }[];
      expect(LogGroupName).toEqual({ Ref: 'HttpApiLogGroup' });
      return takes(String(FilterPattern), written)
        ? [MetricName.replace(`nxcloud-callbacks-${stage}-`, '')]
        : [];
    });

    expect(counted.sort()).toEqual(counts);
  });

  test('every alarm says what to do and links to its runbook entry', () => {
    const runbook = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');

    for (const [, { Properties }] of ofType(stage, 'AWS::CloudWatch::Alarm')) {
      const description = String(Properties.AlarmDescription);
      const [, entry] = /Runbook: docs\/operations\.md#([\w-]+)$/.exec(description) ?? [];
      expect(runbook, String(Properties.AlarmName)).toContain(`\n## ${entry}\n`);
      expect(description.length).toBeLessThanOrEqual(1024);
    }
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

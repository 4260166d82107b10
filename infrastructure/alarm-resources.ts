import type { Alarm } from './alarms.ts';
import type { Metric } from './metrics.ts';
import type { Resource, Stack } from './serverless-types.ts';

const TOPIC = { Ref: 'AlarmTopic' };

/** The alarms as resources, with their topic and its subscriber. */
export const alarmResources = (
  stack: Stack,
  alarms: readonly Alarm[],
  email: string | undefined,
): Record<string, Resource> => ({
  ...topic(stack),
  ...(email && { AlarmEmail: subscription(email) }),
  ...Object.fromEntries(alarms.map((alarm) => [`${pascal(nameOf(alarm))}Alarm`, resource(alarm, stack)])),
});

const nameOf = ({ callback, entry }: Alarm): string => (callback ? `${callback}-${entry}` : entry);

const pascal = (name: string): string => name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());

const resource = (alarm: Alarm, stack: Stack): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: `${stack.name}-${nameOf(alarm)}`,
    AlarmDescription: `${alarm.description} Runbook: docs/operations.md#${alarm.entry}`,
    ...watched(alarm),
    EvaluationPeriods: alarm.periods ?? 1,
    ComparisonOperator: alarm.comparison ?? 'GreaterThanThreshold',
    Threshold: alarm.threshold ?? 0,
    TreatMissingData: alarm.missing ?? 'notBreaching',
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
  },
});

const watched = ({ watches, statistic = 'Sum', periodSeconds = 300 }: Alarm): object => {
  if ('MetricName' in watches) return { ...watches, Statistic: statistic, Period: periodSeconds };
  const { expression, metrics } = Array.isArray(watches) ? greatestOf(watches) : watches;
  return {
    Metrics: [
      ...Object.entries(metrics).map(([Id, Metric]) => ({
        Id,
        MetricStat: { Metric, Stat: statistic, Period: periodSeconds },
        ReturnData: false,
      })),
      { Id: 'watched', Expression: expression, ReturnData: true },
    ],
  };
};

// An unused queue or function publishes no values; FILL lets the others still count.
const greatestOf = (metrics: Metric[]) => ({
  expression: 'MAX(FILL(METRICS(), 0))',
  metrics: Object.fromEntries(metrics.map((metric, n) => [`m${n + 1}`, metric])),
});

const topic = ({ name }: Stack): Record<string, Resource> => ({
  // Without a key: CloudWatch cannot publish under the AWS managed one, and an alarm holds no data
  // of calls.
  AlarmTopic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: `${name}-alarms` } },
  AlarmTopicPolicy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [TOPIC],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'AlarmsOfThisAccount',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: TOPIC,
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
          {
            Sid: 'TlsOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Resource: TOPIC,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
  },
});

const subscription = (email: string): Resource => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: TOPIC, Protocol: 'email', Endpoint: email },
});

import type { Alarm } from './alarms.ts';
import { throttledRequests } from './metrics.ts';
import type { Resource, Stack } from './serverless-types.ts';

const TOPIC = { Ref: 'AlarmTopic' };

/** The alarms as resources, the topic that they notify, who reads it, and the count that no service keeps by itself. */
export const alarmResources = (
  stack: Stack,
  alarms: readonly Alarm[],
  email: string | undefined,
): Record<string, Resource> => ({
  ...topic(stack),
  ...(email && { AlarmEmail: subscription(email) }),
  ApiThrottlesFilter: throttlesFilter(stack),
  ...Object.fromEntries(alarms.map((alarm) => [`${pascal(nameOf(alarm))}Alarm`, resource(alarm, stack)])),
});

const nameOf = ({ callback, entry }: Alarm): string => (callback ? `${callback}-${entry}` : entry);

const pascal = (name: string): string => name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());

const resource = (alarm: Alarm, stack: Stack): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: `${stack.name}-${nameOf(alarm)}`,
    AlarmDescription: `${alarm.description} Runbook: docs/runbook.md#${alarm.entry}`,
    ...alarm.metric,
    ...statistic(alarm.statistic),
    Period: alarm.periodSeconds ?? 300,
    EvaluationPeriods: alarm.periods ?? 1,
    ComparisonOperator: alarm.comparison ?? 'GreaterThanThreshold',
    Threshold: alarm.threshold ?? 0,
    TreatMissingData: alarm.missing ?? 'notBreaching',
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
  },
});

const statistic = (name: Alarm['statistic'] = 'Sum') =>
  name === 'p99' ? { ExtendedStatistic: name } : { Statistic: name };

const topic = ({ name }: Stack): Record<string, Resource> => ({
  // Without a key: CloudWatch cannot publish under the one that AWS manages, and an alarm holds nothing of a call.
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

const throttlesFilter = (stack: Stack): Resource => {
  const { Namespace, MetricName } = throttledRequests(stack);
  return {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: 'HttpApiLogGroup' },
      // Readers have limits of their own; that they meet them is no callback's trouble.
      FilterPattern: '{ $.status = 429 && $.routeKey != "GET *" && $.routeKey != "* /api/*" }',
      MetricTransformations: [{ MetricNamespace: Namespace, MetricName, MetricValue: '1', Unit: 'Count' }],
    },
  };
};

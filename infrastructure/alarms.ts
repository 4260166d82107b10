import type { Callback } from '../shared/callbacks/callback.ts';
import { METRICS_NAMESPACE } from '../shared/telemetry/outcomes.ts';
import type { Resource } from './serverless-types.ts';

/** Names of the deployed stack. */
export type Stack = {
  /** `<service>-<stage>`: the prefix of every name, and the metrics' dimension `service`. */
  name: string;
  stage: string;
};

type Metric = { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: unknown }[] };

const dimensions = (values: Record<string, unknown>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** A metric that the functions count, for one callback. */
export const counted = ({ name }: Stack, callback: string, MetricName: string): Metric => ({
  Namespace: METRICS_NAMESPACE,
  MetricName,
  Dimensions: dimensions({ service: name, callback }),
});

/** A metric of the HTTP API, for the route of one callback. */
export const routed = ({ path }: Callback, MetricName: string): Metric => ({
  Namespace: 'AWS/ApiGateway',
  MetricName,
  Dimensions: dimensions({ ApiId: { Ref: 'HttpApi' }, Stage: '$default', Method: 'POST', Resource: path }),
});

/** A metric of a callback's function. */
const lambda = (functionId: string, MetricName: string): Metric => ({
  Namespace: 'AWS/Lambda',
  MetricName,
  Dimensions: dimensions({ FunctionName: { Ref: functionId } }),
});

type Alarm = {
  /** Last part of its name, and its entry in docs/runbook.md. */
  name: string;
  /** What it means and what to do. */
  description: string;
  metric: Metric;
  statistic?: { Statistic: string } | { ExtendedStatistic: string };
  comparison?: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold?: number;
  periodSeconds?: number;
  periods?: number;
  missing?: 'notBreaching' | 'breaching';
};

const SUM = { Statistic: 'Sum' };

/** The alarms of one callback, by logical id. `functionId` is its function's logical id without the suffix `LambdaFunction`. */
export const alarmsOf = (
  callback: Callback,
  stack: Stack,
  functionId: string,
  silentHours: number | undefined,
): Record<string, Resource> => {
  const silence = silentHours === undefined ? [] : [silenceOf(callback, stack, silentHours)];
  const alarms = [...standing(callback, stack, `${functionId}LambdaFunction`), ...silence];
  return Object.fromEntries(
    alarms.map((alarm) => [`${functionId}${pascal(alarm.name)}Alarm`, resource(alarm, callback, stack)]),
  );
};

const standing = (callback: Callback, stack: Stack, lambdaId: string): Alarm[] => {
  const { name, path } = callback;
  return [
    {
      name: 'unanswered',
      description: `POST ${path} was answered with a 5xx. The provider retries a few times, then the call is lost. Look for "unavailable" in the function's log and at the queue's state.`,
      metric: routed(callback, '5xx'),
    },
    {
      name: 'errors',
      description: `The function ${name} crashed or ran out of time, so the provider got a 5xx. Read its log; if it began with a deploy, deploy the version before.`,
      metric: lambda(lambdaId, 'Errors'),
    },
    {
      name: 'slow',
      description: `One in a hundred answers to ${name} took over 3 s; at 5 s the provider hangs up. Compare the function's duration with the API's latency on the dashboard: cold starts, or a slow queue.`,
      metric: routed(callback, 'Latency'),
      statistic: { ExtendedStatistic: 'p99' },
      threshold: 3000,
    },
    {
      name: 'rejected',
      description: `Bodies of ${name} could not be read: the provider changed its format. They are kept for 30 days as rejected items with the fields at fault. Adapt the schema, deploy, then run: npm run replay -- --stage ${stack.stage} --callback ${name}.`,
      metric: counted(stack, name, 'Rejected'),
    },
    {
      name: 'too-large',
      description: `Bodies of ${name} over 128 KiB were refused with 413 and are not kept. Ask the provider what it sent; the limit is in shared/receiver.ts.`,
      metric: counted(stack, name, 'TooLarge'),
    },
    {
      name: 'unauthorized',
      description: `More than ten requests to ${name} within 15 minutes had no valid token: strangers, or NXCloud after a rotation, whose callbacks are then lost. Compare the token in its settings; several digests may be valid at once.`,
      metric: counted(stack, name, 'Unauthorized'),
      periodSeconds: 900,
      threshold: 10,
    },
    {
      name: 'forbidden',
      description: `More than ten requests to ${name} within 15 minutes came from outside ALLOWED_NETWORKS: strangers, or NXCloud from new addresses, whose callbacks are then lost. Look at their addresses in the API's access log.`,
      metric: counted(stack, name, 'Forbidden'),
      periodSeconds: 900,
      threshold: 10,
    },
    {
      name: 'changed',
      description: `${name} sent a known call with another body. The first record is untouched, the other one is kept beside it under "#changed#". Compare the two and tell the provider.`,
      metric: counted(stack, name, 'Changed'),
    },
    {
      name: 'throttles',
      description: `Lambda had no concurrency left for ${name}, so callbacks were refused. Raise the account's concurrent executions quota.`,
      metric: lambda(lambdaId, 'Throttles'),
    },
  ];
};

const HOUR = 3600;

const silenceOf = ({ name }: Callback, stack: Stack, hours: number): Alarm => ({
  name: 'silence',
  description: `No callback of ${name} was accepted for ${hours} h. Check that calls were made, that NXCloud's settings still hold the URL (npm run urls -- --stage ${stack.stage}), and the unauthorized count. ${name.toUpperCase()}_SILENCE_HOURS sets the hours.`,
  metric: counted(stack, name, 'Accepted'),
  comparison: 'LessThanThreshold',
  threshold: 1,
  periodSeconds: HOUR,
  periods: hours,
  // Nothing is counted where nothing comes.
  missing: 'breaching',
});

const resource = (alarm: Alarm, callback: Callback, stack: Stack): Resource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: `${stack.name}-${callback.name}-${alarm.name}`,
    AlarmDescription: `${alarm.description} Runbook: docs/runbook.md#${alarm.name}`,
    ...alarm.metric,
    ...(alarm.statistic ?? SUM),
    Period: alarm.periodSeconds ?? 300,
    EvaluationPeriods: alarm.periods ?? 1,
    ComparisonOperator: alarm.comparison ?? 'GreaterThanThreshold',
    Threshold: alarm.threshold ?? 0,
    TreatMissingData: alarm.missing ?? 'notBreaching',
    AlarmActions: [{ Ref: 'AlarmTopic' }],
    OKActions: [{ Ref: 'AlarmTopic' }],
  },
});

const pascal = (name: string): string => name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());

import type { Callback } from '../shared/callbacks/callback.ts';
import { METRICS_NAMESPACE, type Outcome } from '../shared/telemetry/outcomes.ts';
import type { Stack } from './serverless-types.ts';

/** A metric as CloudWatch's alarms name it. */
export type Metric = {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: DimensionValue }[];
};

export type DimensionValue = string | { Ref: string } | { 'Fn::GetAtt': [string, string] };

const dimensions = (values: Record<string, DimensionValue>) =>
  Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** What the functions count of one callback. */
export const counted = ({ name }: Stack, callback: string, MetricName: Outcome | 'DeliveryLag'): Metric => ({
  Namespace: METRICS_NAMESPACE,
  MetricName,
  Dimensions: dimensions({ service: name, callback }),
});

/** A metric of the HTTP API, for the route of one callback. */
export const routed = ({ path }: Callback, MetricName: '5xx' | 'Latency'): Metric => ({
  Namespace: 'AWS/ApiGateway',
  MetricName,
  Dimensions: dimensions({ ApiId: { Ref: 'HttpApi' }, Stage: '$default', Method: 'POST', Resource: path }),
});

/** Requests that the HTTP API answered with 429, counted from its log. */
export const throttledRequests = ({ name }: Stack): Metric => ({
  Namespace: METRICS_NAMESPACE,
  MetricName: `${name}-throttled`,
});

/** A metric of a function. */
export const ofFunction = (logicalId: string, MetricName: string): Metric => ({
  Namespace: 'AWS/Lambda',
  MetricName,
  Dimensions: dimensions({ FunctionName: { Ref: logicalId } }),
});

/** A metric of a queue. */
export const ofQueue = (logicalId: string, MetricName: string): Metric => ({
  Namespace: 'AWS/SQS',
  MetricName,
  Dimensions: dimensions({ QueueName: { 'Fn::GetAtt': [logicalId, 'QueueName'] } }),
});

/** A metric of a table without its indexes. */
export const ofTable = (logicalId: string, MetricName: string): Metric => ({
  Namespace: 'AWS/DynamoDB',
  MetricName,
  Dimensions: dimensions({ TableName: { Ref: logicalId } }),
});

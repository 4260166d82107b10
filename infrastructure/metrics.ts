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

/** A metric that the functions count for one callback. */
export const counted = ({ name }: Stack, callback: string, MetricName: Outcome | 'DeliveryLag'): Metric => ({
  Namespace: METRICS_NAMESPACE,
  MetricName,
  Dimensions: dimensions({ service: name, callback }),
});

/** A metric counted from the log of the HTTP API: infrastructure/access-log.ts. */
export const countedFromLog = ({ name }: Stack, count: string): Metric => ({
  Namespace: METRICS_NAMESPACE,
  MetricName: `${name}-${count}`,
});

/** A metric of the HTTP API over all of its routes. */
export const ofApi = (MetricName: string): Metric => ({
  Namespace: 'AWS/ApiGateway',
  MetricName,
  Dimensions: dimensions({ ApiId: { Ref: 'HttpApi' } }),
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

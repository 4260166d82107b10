import { expect, test } from 'vitest';
import { PARTS } from '../../commands/lib/cost.ts';
import type { Resource } from '../../infrastructure/serverless-types.ts';
import { packagedStages } from '../support/template.ts';

const { ofType } = packagedStages();

const idle = (name: string) => PARTS.find((part) => part.name === name)?.idle;

/** AWS bills an alarm by the metrics that it watches. */
const metricsOf = ({ Properties }: Resource): number =>
  (Properties.Metrics as { MetricStat?: object }[] | undefined)?.filter(({ MetricStat }) => MetricStat)
    .length ?? 1;

test('the cost counts the alarms of the template', () => {
  const alarms = ofType('prod', 'AWS::CloudWatch::Alarm').map(([, alarm]) => metricsOf(alarm));

  expect(idle('CloudWatch alarms')).toBe(alarms.reduce((sum, metrics) => sum + metrics, 0));
  expect(ofType('prod', 'AWS::CloudWatch::CompositeAlarm')).toEqual([]);
});

test('the cost counts the dashboard', () => {
  expect(idle('CloudWatch dashboard')).toBe(ofType('prod', 'AWS::CloudWatch::Dashboard').length);
});

test('no route of the API has billed metrics', () => {
  const [[, stage] = []] = ofType('prod', 'AWS::ApiGatewayV2::Stage');

  expect(JSON.stringify(stage)).not.toContain('"DetailedMetricsEnabled":true');
});

const POLLERS = 5;
const POLLS_A_MONTH = (30 * 86_400) / 20;

test('every queue that a function polls is billed for its pollers', () => {
  const queues = ofType('prod', 'AWS::Lambda::EventSourceMapping').filter(
    ([id, { Properties }]) => id.includes('MappingSQS') && Properties.Enabled !== false,
  );

  expect(queues.length).toBeGreaterThan(0);
  expect(idle('SQS')).toBeCloseTo((queues.length * POLLERS * POLLS_A_MONTH) / 1e6);
});

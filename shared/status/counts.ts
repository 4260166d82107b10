import { serviceName } from '../telemetry/logger.ts';
import { METRICS_NAMESPACE, type Outcome } from '../telemetry/outcomes.ts';

/** A counter of a callback. */
export type Counter = { callback: string; outcome: Outcome };

/** A span of time, in epoch milliseconds, and the steps that it is counted in. */
export type Steps = { from: number; to: number; stepSeconds: number };

/** How often something happened in a step, by the step's start; steps without any are left out. */
export type Count = { at: number; count: number };

/** CloudWatch's counts, newest first, for each of the counters. They are a minute or two behind. */
export const countsOf = async (
  counters: readonly Counter[],
  { from, to, stepSeconds }: Steps,
  abortSignal: AbortSignal,
): Promise<Count[][]> => {
  if (counters.length === 0) return [];
  // Only this needs it, so no other route waits until it is loaded.
  const { metricData } = await import('./cloudwatch.ts');
  const query = {
    MetricDataQueries: counters.map((counter, n) => ({
      Id: `counter${n}`,
      MetricStat: { Metric: metricOf(counter), Period: stepSeconds, Stat: 'Sum' },
    })),
    StartTime: new Date(from),
    EndTime: new Date(to),
    ScanBy: 'TimestampDescending' as const,
  };
  const found = counters.map((): Count[] => []);
  for await (const page of metricData(query, abortSignal)) {
    for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
      const counts = Timestamps.map((at, n) => ({ at: at.getTime(), count: Values[n] ?? 0 }));
      found[Number(Id.replace('counter', ''))]?.push(...counts);
    }
  }
  return found;
};

const metricOf = ({ callback, outcome }: Counter) => ({
  Namespace: METRICS_NAMESPACE,
  MetricName: outcome,
  Dimensions: [
    { Name: 'service', Value: serviceName },
    { Name: 'callback', Value: callback },
  ],
});

import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { serviceName } from './logger.ts';
import { METRICS_NAMESPACE, type Outcome } from './outcomes.ts';

/**
 * Something to count: an outcome, once by default, or the seconds from a call's end to its
 * callback.
 */
export type Counted = { callback: string } & (
  | { outcome: Outcome; times?: number | undefined }
  | { lagSeconds: number }
);

/** Counts events: one line of metrics for each of their callbacks. */
export const countAll = (events: readonly Counted[]): void => {
  for (const [callback, counted] of Map.groupBy(events, (event) => event.callback)) {
    const metrics = metricsOf(callback);
    for (const event of counted) {
      if ('outcome' in event) metrics.addMetric(event.outcome, MetricUnit.Count, event.times ?? 1);
      else metrics.addMetric('DeliveryLag', MetricUnit.Seconds, event.lagSeconds);
    }
    // Powertools publishes by itself at a hundred values.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};

const metricsByCallback = new Map<string, Metrics>();

/** The metrics of a callback, kept because creating them costs as much as using them. */
export const metricsOf = (callback: string): Metrics => {
  const kept = metricsByCallback.get(callback);
  if (kept !== undefined) return kept;
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName });
  // A default dimension stays when Powertools publishes in between.
  metrics.setDefaultDimensions({ callback });
  metricsByCallback.set(callback, metrics);
  return metrics;
};

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const serviceName = 'nxcloud-callbacks';

/** JSON lines. They say callback, outcome, id and issue paths; never a body, a token or a phone number. */
export const logger = new Logger({ serviceName });

/** A metric of the namespace NxcloudCallbacks, each with the dimension `callback`. */
export type Counter =
  | 'Accepted'
  | 'Rejected'
  | 'Unauthorized'
  | 'TooLarge'
  | 'Unavailable'
  | 'Stored'
  | 'Duplicate'
  | 'Changed'
  | 'Failed';

/** Counts events: one line of metrics for each callback among them. */
export const countAll = (events: readonly { counter: Counter; callback: string }[]): void => {
  for (const [callback, counted] of Map.groupBy(events, (event) => event.callback)) {
    const metrics = new Metrics({ namespace: 'NxcloudCallbacks', serviceName });
    metrics.addDimension('callback', callback);
    for (const { counter } of counted) metrics.addMetric(counter, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
};

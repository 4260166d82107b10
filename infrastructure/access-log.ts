import { countedFromLog } from './metrics.ts';
import type { Resource, Stack } from './serverless-types.ts';

// A callback's own route, and the route for anything else under its name:
// infrastructure/wrong-paths.ts.
const CALLBACK = '$.routeKey = "*/callback"';
const WRONG_PATH = '$.routeKey = "POST *" && $.routeKey = "*/{proxy+}"';

/**
 * Metrics counted from the log of the HTTP API because no service publishes them, with the filter
 * of each.
 */
export const LOG_COUNTS = {
  /** Callbacks that a function, or the API in its place, answered with a 5xx. */
  unanswered: `{ $.status >= 500 && ${CALLBACK} }`,
  /** Readers who got a 5xx. */
  'api-errors': '{ $.status >= 500 && ($.routeKey = "GET *" || $.routeKey = "* /api/*") }',
  /** Callbacks that took 3 s or more. The log has the milliseconds as text. */
  slow: `{ ${CALLBACK} && $.responseLatency = %^[3-9][0-9][0-9][0-9]|^[0-9][0-9][0-9][0-9][0-9]% }`,
  // Readers and wrong paths have their own limits; a 429 there costs no callback.
  throttled:
    '{ $.status = 429 && $.routeKey != "GET *" && $.routeKey != "* /api/*" && $.routeKey != "*/{proxy+}" }',
  'too-large': `{ $.status = 413 && ${CALLBACK} }`,
  'wrong-path': `{ $.status = 404 && ${WRONG_PATH} }`,
} as const;

export type LogCount = keyof typeof LOG_COUNTS;

/** The filters that count them. */
export const logFilters = (stack: Stack): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(LOG_COUNTS).map(([count, FilterPattern]) => {
      const { Namespace, MetricName } = countedFromLog(stack, count);
      const transformation = { MetricNamespace: Namespace, MetricName, MetricValue: '1', Unit: 'Count' };
      return [
        `${count.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase())}Filter`,
        {
          Type: 'AWS::Logs::MetricFilter',
          Properties: {
            LogGroupName: { Ref: 'HttpApiLogGroup' },
            FilterPattern,
            MetricTransformations: [transformation],
          },
        },
      ];
    }),
  );

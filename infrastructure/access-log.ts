import { countedFromLog } from './metrics.ts';
import type { Resource, Stack } from './serverless-types.ts';

// A callback's own route, and the route of whatever else is posted under its name: infrastructure/wrong-paths.ts.
const CALLBACK = '$.routeKey = "*/callback"';
const WRONG_PATH = '$.routeKey = "POST *" && $.routeKey = "*/{proxy+}"';

/** What is counted from the log of the HTTP API, because no service counts it by itself, and which lines are. */
export const LOG_COUNTS = {
  /** Callbacks that were answered 5xx, by a function or instead of one. */
  unanswered: `{ $.status >= 500 && ${CALLBACK} }`,
  /** Readers who were answered 5xx. */
  'api-errors': '{ $.status >= 500 && ($.routeKey = "GET *" || $.routeKey = "* /api/*") }',
  /** Callbacks that were answered after 3 s or more. The log has the milliseconds as text. */
  slow: `{ ${CALLBACK} && $.responseLatency = %^[3-9][0-9][0-9][0-9]|^[0-9][0-9][0-9][0-9][0-9]% }`,
  // Readers and wrong paths have limits of their own; that they meet them is no callback's trouble.
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

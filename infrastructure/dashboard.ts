import type { Callback } from '../shared/callbacks/callback.ts';
import { OUTCOMES, type Outcome } from '../shared/telemetry/outcomes.ts';
import {
  counted,
  type DimensionValue,
  type Metric,
  ofFunction,
  ofQueue,
  ofTable,
  routed,
  throttledRequests,
} from './metrics.ts';
import type { Resource, Stack } from './serverless-types.ts';

type Line = (string | object)[];
type Widget = { title: string; lines: Line[]; width?: number; properties?: object };

/** The dashboard of the stack: what came, how it was answered, what waits and what went wrong. */
export const dashboardOf = (
  callbacks: readonly Callback[],
  functions: readonly string[],
  stack: Stack,
): Resource => ({
  Type: 'AWS::CloudWatch::Dashboard',
  Properties: {
    // An account has one namespace of dashboards for all of its regions.
    DashboardName: { 'Fn::Sub': `${stack.name}-\${AWS::Region}` },
    // Fn::Sub would take `$default` for no variable, and ${HttpApi} for the API.
    DashboardBody: {
      'Fn::Sub': JSON.stringify({ start: '-P1D', widgets: layOut(widgets(callbacks, functions, stack)) }),
    },
  },
});

const widgets = (callbacks: readonly Callback[], functions: readonly string[], stack: Stack): Widget[] => {
  const names = callbacks.map(({ name }) => name);
  const each = (counter: Outcome) => names.map((name) => line(counted(stack, name, counter), name));
  const lambda = (metric: string, stat: string) =>
    functions.map((name) => line(ofFunction(stack.lambdaId(name), metric), name, stat));
  const queue = (metric: string, label: string, stat: string) =>
    line(ofQueue('DeliveriesQueue', metric), label, stat);
  return [
    ...names.map((name) => ({
      title: `${name}: outcomes`,
      lines: OUTCOMES.map((counter) => line(counted(stack, name, counter), counter)),
    })),
    {
      title: 'Answer time, ms (the provider hangs up at 5 s)',
      lines: callbacks.flatMap((callback) =>
        ['p50', 'p99'].map((stat) => line(routed(callback, 'Latency'), `${callback.name} ${stat}`, stat)),
      ),
      width: 12,
      properties: {
        annotations: {
          horizontal: [
            { label: 'provider hangs up', value: 5000 },
            { label: 'alarm', value: 3000 },
          ],
        },
      },
    },
    {
      title: 'Delivery lag, s: end of the call to its callback',
      lines: names.flatMap((name) =>
        ['p50', 'p99'].map((stat) => line(counted(stack, name, 'DeliveryLag'), `${name} ${stat}`, stat)),
      ),
      width: 12,
    },
    { title: 'Duplicates absorbed', lines: each('Duplicate') },
    { title: 'Rejected: the provider changed its format', lines: each('Rejected') },
    {
      title: 'Queue: age of the oldest, s',
      lines: [queue('ApproximateAgeOfOldestMessage', 'age', 'Maximum')],
      properties: { annotations: { horizontal: [{ label: 'alarm', value: 300 }] } },
    },
    {
      title: 'Queue: depth and dead letters',
      lines: [
        queue('ApproximateNumberOfMessagesVisible', 'waiting', 'Maximum'),
        queue('ApproximateNumberOfMessagesNotVisible', 'in hand', 'Maximum'),
        line(
          ofQueue('DeliveriesDeadLetterQueue', 'ApproximateNumberOfMessagesVisible'),
          'dead letters',
          'Maximum',
        ),
      ],
    },
    {
      title: 'Projector: how far the calls are behind, ms',
      lines: [line(ofFunction(stack.lambdaId('projector'), 'IteratorAge'), 'iterator age', 'Maximum')],
      properties: { annotations: { horizontal: [{ label: 'alarm', value: 300_000 }] } },
    },
    {
      title: 'Projector: calls not folded, parts of the stream given up',
      lines: [
        ...each('Unprojected'),
        line(ofQueue('ProjectorFailuresQueue', 'ApproximateNumberOfMessagesVisible'), 'given up', 'Maximum'),
      ],
    },
    {
      title: 'Recordings: archived, given up and dead letters',
      lines: [
        ...each('Archived'),
        ...each('Unarchived'),
        line(
          ofQueue('RecordingsDeadLetterQueue', 'ApproximateNumberOfMessagesVisible'),
          'dead letters',
          'Maximum',
        ),
      ],
    },
    {
      title: 'Recordings: waiting, and how far the relay is behind, ms',
      lines: [
        line(ofQueue('RecordingsQueue', 'ApproximateNumberOfMessagesVisible'), 'to fetch', 'Maximum'),
        line(ofQueue('RecordingsQueue', 'ApproximateNumberOfMessagesNotVisible'), 'waiting', 'Maximum'),
        line(ofFunction(stack.lambdaId('relay'), 'IteratorAge'), 'iterator age', 'Maximum'),
        line(ofQueue('RelayFailuresQueue', 'ApproximateNumberOfMessagesVisible'), 'given up', 'Maximum'),
      ],
    },
    { title: 'Functions: duration p99, ms', lines: lambda('Duration', 'p99') },
    { title: 'Functions: errors', lines: lambda('Errors', 'Sum') },
    { title: 'Functions: throttles', lines: lambda('Throttles', 'Sum') },
    {
      title: 'Refused by the API (429)',
      lines: [line(throttledRequests(stack), '429')],
    },
    {
      title: 'Cost: requests and invocations',
      lines: [
        ['AWS/ApiGateway', 'Count', 'ApiId', `\${HttpApi}`, { label: 'API requests', stat: 'Sum' }],
        ...lambda('Invocations', 'Sum'),
      ],
    },
    { title: 'Cost: function time, ms', lines: lambda('Duration', 'Sum') },
    {
      title: 'Cost: queue',
      lines: [
        queue('NumberOfMessagesSent', 'sent', 'Sum'),
        queue('NumberOfMessagesReceived', 'received', 'Sum'),
        queue('NumberOfEmptyReceives', 'empty receives', 'Sum'),
      ],
    },
    ...Object.entries(TABLES).map(([table, logicalId]) => ({
      title: `Cost: units of ${table}`,
      lines: [
        line(ofTable(logicalId, 'ConsumedWriteCapacityUnits'), 'written'),
        line(ofTable(logicalId, 'ConsumedReadCapacityUnits'), 'read'),
        line(ofTable(logicalId, 'WriteThrottleEvents'), 'throttled writes'),
      ],
    })),
  ];
};

const TABLES = { deliveries: 'DeliveriesTable', calls: 'CallsTable' };

const line = ({ Namespace, MetricName, Dimensions = [] }: Metric, label: string, stat = 'Sum'): Line => [
  Namespace,
  MetricName,
  ...Dimensions.flatMap(({ Name, Value }) => [Name, inText(Value)]),
  { label, stat },
];

/** A value as text for Fn::Sub. */
const inText = (value: DimensionValue): string => {
  if (typeof value === 'string') return value;
  return `\${${'Ref' in value ? value.Ref : value['Fn::GetAtt'].join('.')}}`;
};

const COLUMNS = 24;
const HEIGHT = 6;

/** Widgets beside each other as long as they fit, then in the next row. */
const layOut = (all: readonly Widget[]): object[] => {
  let x = 0;
  let y = 0;
  return all.map(({ title, lines, width = 6, properties = {} }) => {
    if (x + width > COLUMNS) {
      x = 0;
      y += HEIGHT;
    }
    const place = { x, y, width, height: HEIGHT };
    x += width;
    return {
      type: 'metric',
      ...place,
      properties: {
        title,
        metrics: lines,
        region: `\${AWS::Region}`,
        view: 'timeSeries',
        period: 300,
        ...properties,
      },
    };
  });
};

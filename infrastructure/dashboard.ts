import type { Callback } from '../shared/callbacks/callback.ts';
import { cc } from '../shared/callbacks/cc.ts';
import { OUTCOMES, type Outcome } from '../shared/telemetry/outcomes.ts';
import { LOG_COUNTS } from './access-log.ts';
import {
  counted,
  countedFromLog,
  type DimensionValue,
  type Metric,
  ofApi,
  ofFunction,
  ofQueue,
  ofTable,
} from './metrics.ts';
import type { Resource, Stack } from './serverless-types.ts';
import type { Watched } from './watched.ts';

type Line = (string | object)[];
type Widget = { title: string; lines: Line[]; width?: number; properties?: object };

/**
 * The dashboard of the stack: what arrived, how it was answered, what waits and what went wrong.
 */
export const dashboardOf = (
  callbacks: readonly Callback[],
  functions: readonly string[],
  stack: Stack,
  watched: Watched,
): Resource => ({
  Type: 'AWS::CloudWatch::Dashboard',
  Properties: {
    // Dashboards share one namespace over all regions of an account.
    DashboardName: { 'Fn::Sub': `${stack.name}-\${AWS::Region}` },
    // Fn::Sub would take `$default` for no variable, and ${HttpApi} for the API.
    DashboardBody: {
      'Fn::Sub': JSON.stringify({
        start: '-P1D',
        widgets: layOut(widgets(callbacks, functions, stack, watched)),
      }),
    },
  },
});

const widgets = (
  callbacks: readonly Callback[],
  functions: readonly string[],
  stack: Stack,
  { deadLetterQueues, failureQueues, streamReaders }: Watched,
): Widget[] => {
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
      title: 'API response time, ms (NXCloud hangs up at 5 s)',
      lines: ['p50', 'p99'].map((stat) => line(ofApi('Latency'), stat, stat)),
      properties: { annotations: { horizontal: [{ label: 'NXCloud hangs up', value: 5000 }] } },
    },
    {
      title: 'From the log of the API',
      lines: Object.keys(LOG_COUNTS).map((count) => line(countedFromLog(stack, count), count)),
    },
    {
      title: 'Delivery lag, s: from the end of a call to its callback',
      lines: names.flatMap((name) =>
        ['p50', 'p99'].map((stat) => line(counted(stack, name, 'DeliveryLag'), `${name} ${stat}`, stat)),
      ),
      width: 12,
    },
    { title: 'Duplicates absorbed', lines: each('Duplicate') },
    { title: 'Erased: deliveries of calls that were erased', lines: each('Erased') },
    { title: 'Rejected: NXCloud changed its format', lines: each('Rejected') },
    {
      title: 'Queue: age of the oldest message, s',
      lines: [queue('ApproximateAgeOfOldestMessage', 'age', 'Maximum')],
      properties: { annotations: { horizontal: [{ label: 'alarm', value: 300 }] } },
    },
    {
      title: 'Queue: depth',
      lines: [
        queue('ApproximateNumberOfMessagesVisible', 'waiting', 'Maximum'),
        queue('ApproximateNumberOfMessagesNotVisible', 'in flight', 'Maximum'),
      ],
    },
    {
      title: 'Dead letters: how many',
      lines: [...deadLetterQueues, ...failureQueues].map((id) =>
        line(ofQueue(id, 'ApproximateNumberOfMessagesVisible'), id, 'Maximum'),
      ),
    },
    {
      title: 'Dead letters: age of the oldest, s',
      lines: deadLetterQueues.map((id) => line(ofQueue(id, 'ApproximateAgeOfOldestMessage'), id, 'Maximum')),
      properties: {
        annotations: {
          horizontal: [7, 12].map((days) => ({ label: `alarm, ${days} days`, value: days * 86_400 })),
        },
      },
    },
    {
      title: 'Streams: lag of the readers, ms',
      lines: streamReaders.map((id) => line(ofFunction(id, 'IteratorAge'), id, 'Maximum')),
      properties: { annotations: { horizontal: [{ label: 'alarm', value: 300_000 }] } },
    },
    { title: 'Calls that could not be folded', lines: each('Unprojected') },
    { title: 'Recordings: archived and given up', lines: [...each('Archived'), ...each('Unarchived')] },
    {
      title: 'Recordings: waiting',
      lines: [
        line(ofQueue('RecordingsQueue', 'ApproximateNumberOfMessagesVisible'), 'to fetch', 'Maximum'),
        line(ofQueue('RecordingsQueue', 'ApproximateNumberOfMessagesNotVisible'), 'waiting', 'Maximum'),
      ],
    },
    {
      title: "Compared with NXCloud's list of calls",
      lines: COMPARED.map((counter) => line(counted(stack, cc.name, counter), counter)),
    },
    { title: 'Functions: duration p99, ms', lines: lambda('Duration', 'p99') },
    { title: 'Functions: errors', lines: lambda('Errors', 'Sum') },
    { title: 'Functions: throttles', lines: lambda('Throttles', 'Sum') },
    {
      title: 'Cost: requests and invocations',
      lines: [line(ofApi('Count'), 'API requests'), ...lambda('Invocations', 'Sum')],
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

const COMPARED = ['Missing', 'Different', 'Unexpected'] as const;

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

/** Places widgets side by side while they fit, then in the next row. */
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

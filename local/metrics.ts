import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import type { Emulator } from './emulators.ts';

/** CloudWatch, as far as it answers what the functions have counted. */
export type MetricsEmulator = Emulator & {
  port: number;
  /** Takes a line that a function printed, which may count something. */
  line: (line: string) => void;
};

/**
 * Starts it on a free port of 127.0.0.1. Data in `dataDir` survives a restart; without it
 * everything is in memory.
 */
export const startMetrics = async (dataDir?: string): Promise<MetricsEmulator> => {
  const counts = openCounts(dataDir);
  const server = createServer((request, response) => {
    answer(counts, request).then(
      (body) => response.writeHead(200, JSON_1_0).end(JSON.stringify(body)),
      (error: Error) =>
        response
          .writeHead(400, JSON_1_0)
          .end(JSON.stringify({ __type: 'InvalidAction', message: error.message })),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    line: (line) => {
      if (counts.isOpen) count(counts, line);
    },
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      counts.close();
    },
  };
};

const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };

const openCounts = (dataDir: string | undefined): DatabaseSync => {
  if (dataDir) mkdirSync(join(dataDir, 'metrics'), { recursive: true });
  const counts = new DatabaseSync(dataDir ? join(dataDir, 'metrics', 'counts.db') : ':memory:');
  counts.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS counts (metric TEXT, second INTEGER, sum REAL, PRIMARY KEY (metric, second)) WITHOUT ROWID`);
  return counts;
};

type Embedded = {
  _aws?: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
} & Record<string, unknown>;

const MINUTE_SECONDS = 60;

/** Counts the metrics of a line in CloudWatch's embedded metric format; ignores any other line. */
const count = (counts: DatabaseSync, line: string): void => {
  if (!line.startsWith('{"_aws"')) return;
  const { _aws, ...values }: Embedded = JSON.parse(line);
  for (const { Namespace, Dimensions, Metrics } of _aws?.CloudWatchMetrics ?? []) {
    const minute = Math.floor((_aws?.Timestamp ?? 0) / 1_000 / MINUTE_SECONDS) * MINUTE_SECONDS;
    for (const { Name } of Metrics) {
      const sum = [values[Name]].flat().reduce((total: number, value) => total + Number(value), 0);
      for (const names of Dimensions) {
        const dimensions = names.map((name) => [name, String(values[name])] as const);
        add(counts, keyOf(Namespace, Name, dimensions), minute, sum);
      }
    }
  }
};

const add = (counts: DatabaseSync, metric: string, second: number, sum: number): void => {
  counts
    .prepare(
      'INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT (metric, second) DO UPDATE SET sum = sum + excluded.sum',
    )
    .run(metric, second, sum);
};

const keyOf = (namespace: string, name: string, dimensions: (readonly [string, string])[]): string =>
  JSON.stringify([namespace, name, ...dimensions.toSorted(([a], [b]) => (a < b ? -1 : 1))]);

type Query = {
  Id: string;
  MetricStat: {
    Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };
    Period: number;
    Stat: string;
  };
};
type GetMetricData = { MetricDataQueries: Query[]; StartTime: number; EndTime: number };

const answer = async (counts: DatabaseSync, request: IncomingMessage): Promise<object> => {
  const action = String(request.headers['x-amz-target']).split('.').at(-1);
  if (action !== 'GetMetricData')
    throw new Error(`the local stack does not implement ${action} of CloudWatch`);
  const { MetricDataQueries, StartTime, EndTime }: GetMetricData = JSON.parse(await text(request));
  const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat }) => {
    if (MetricStat.Stat !== 'Sum') throw new Error('the local stack only sums metrics');
    return { Id, StatusCode: 'Complete', ...sums(counts, MetricStat, StartTime, EndTime) };
  });
  return { MetricDataResults };
};

/** Newest first, as the caller requests. */
const sums = (counts: DatabaseSync, { Metric, Period }: Query['MetricStat'], start: number, end: number) => {
  const { Namespace, MetricName, Dimensions = [] } = Metric;
  const dimensions = Dimensions.map(({ Name, Value }) => [Name, Value] as const);
  const rows = counts
    .prepare(
      `SELECT second / :period * :period AS step, sum(sum) AS sum FROM counts
       WHERE metric = :metric AND second >= :start / :period * :period AND second < :end GROUP BY step ORDER BY step DESC`,
    )
    .all({
      metric: keyOf(Namespace, MetricName, dimensions),
      // A number would make it a division of floats.
      period: BigInt(Period),
      start: BigInt(Math.floor(start)),
      end: BigInt(Math.ceil(end)),
    });
  return { Timestamps: rows.map(({ step }) => step), Values: rows.map(({ sum }) => sum) };
};

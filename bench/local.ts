import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { clients } from '../local/emulators.ts';
import { freePorts } from '../local/ports.ts';
import { startService } from '../local/service.ts';
import { type Stack, startStack } from '../local/stack.ts';
import { post, type Result } from './load.ts';
import type { Goal, Table } from './report.ts';

const PROBE_SECONDS = 8;
const SUSTAINED_SECONDS = 30;
// What a rate may leave in the queue when the last call has been answered, in seconds of calls.
const BACKLOG_SECONDS = 1;
// Calls that wait longer and longer are not sustained, even when all are answered in the end.
const SLOWEST_MS = 1_000;
const UP = 1.1;
const DOWN = 0.9;
const ATTEMPTS = 4;

type Run = Result & { backlog: number; lost: number; drainSeconds: number };

/** Finds the rate of callbacks that `npm start` takes from HTTP to the table for half a minute, and that of an empty handler. */
export const benchLocal = async (directory: string) => {
  const floor = await benchEmptyHandler();
  const path = await benchPath(mkdtempSync(join(directory, 'local-')));
  const table: Table = {
    title: 'Local path',
    head: [
      '',
      'callbacks a second',
      'seconds',
      'accepted',
      'p50 ms',
      'p99 ms',
      'left in the queue',
      'drained after s',
      'lost',
    ],
    rows: [row('empty handler', floor), row('npm start, HTTP to table', path)],
  };
  const goals: Goal[] = [
    {
      what: 'sustained rate of the local path to that of the empty handler',
      value: path.perSecond / floor.perSecond,
      limit: 0.4,
      atLeast: true,
    },
    { what: 'callbacks lost on the local path', value: path.lost, limit: 0 },
  ];
  return { table, goals };
};

const row = (name: string, run: Run) => [
  name,
  run.perSecond,
  SUSTAINED_SECONDS,
  String(run.accepted),
  run.p50Ms,
  run.p99Ms,
  String(run.backlog),
  run.drainSeconds,
  String(run.lost),
];

const benchEmptyHandler = async (): Promise<Run> => {
  const ports = await freePorts();
  const service = await startService(
    ports,
    () => {},
    join(import.meta.dirname, 'baselines', 'empty-service'),
  );
  try {
    await service.ready;
    const url = `http://127.0.0.1:${ports.http}/empty`;
    const run = async (load: object): Promise<Run> => ({
      ...(await post({ url, seconds: PROBE_SECONDS, ...load })),
      backlog: 0,
      lost: 0,
      drainSeconds: 0,
    });
    return await sustain(run);
  } finally {
    await service.stop();
  }
};

const benchPath = async (dataDir: string): Promise<Run> => {
  const stack = await startStack({ ports: await freePorts(), dataDir });
  const aws = clients({ sqs: stack.sqsEndpoint, dynamodb: stack.dynamodbEndpoint });
  try {
    return await sustain(async (load) => {
      const before = await itemsIn(aws.dynamodb, stack);
      const result = await post({ url: stack.urls.cc ?? '', seconds: PROBE_SECONDS, ...load });
      const backlog = await messagesIn(aws.sqs, stack);
      const endedAt = performance.now();
      while ((await messagesIn(aws.sqs, stack)) > 0) await sleep(100);
      const drainSeconds = (performance.now() - endedAt) / 1000;
      const stored = (await itemsIn(aws.dynamodb, stack)) - before;
      return { ...result, backlog, drainSeconds, lost: result.accepted - stored };
    });
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true });
  }
};

/** Starts from what a crowd of callers gets through once all is warm, goes down until a rate holds or up until none does. */
const sustain = async (run: (load: { rate?: number; seconds?: number }) => Promise<Run>): Promise<Run> => {
  await run({});
  const probe = await run({});
  let rate = Math.floor(probe.accepted / (PROBE_SECONDS + probe.drainSeconds));
  let best: Run | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const sustained = await run({ rate, seconds: SUSTAINED_SECONDS });
    if (holds(sustained, rate)) best = sustained;
    else if (best) return best;
    rate = Math.floor(rate * (best ? UP : DOWN));
  }
  if (best === undefined) throw new Error(`not even ${rate} callbacks a second were sustained`);
  return best;
};

const holds = ({ refused, backlog, p99Ms }: Run, rate: number): boolean =>
  refused === 0 && backlog <= rate * BACKLOG_SECONDS && p99Ms < SLOWEST_MS;

const messagesIn = async (sqs: SQSClient, { queueUrl }: Stack): Promise<number> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
};

const itemsIn = async (dynamodb: DynamoDBClient, { tableName }: Stack): Promise<number> => {
  let count = 0;
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: tableName,
        Select: 'COUNT',
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
  } while (ExclusiveStartKey);
  return count;
};

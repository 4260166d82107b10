import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { countMessages } from '../commands/lib/stage.ts';
import { freePorts } from '../infrastructure/ports.ts';
import { clients } from '../local/emulators.ts';
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

type Run = Result & { backlog: number; lost: number; drainSeconds: number; cpuMsEach: number };

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
      'CPU ms each',
      'left in the queue',
      'drained after s',
      'lost',
    ],
    rows: [row('empty handler', floor), row('npm start, HTTP to table', path)],
    note: mostOf(path, floor),
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
  run.cpuMsEach,
  String(run.backlog),
  run.drainSeconds,
  String(run.lost),
];

const mostOf = (path: Run, floor: Run): string => {
  const cores = availableParallelism();
  const most = (cores * 1000) / path.cpuMsEach;
  return `CPU is that of the functions, the emulators and the callers. With ${path.cpuMsEach.toFixed(2)} ms for each callback ${cores} cores do at most ${most.toFixed(0)} a second, ${(most / floor.perSecond).toFixed(2)} of the empty handler's rate, however the work is spread over them.`;
};

const benchEmptyHandler = async (): Promise<Run> => {
  const ports = await freePorts();
  const directory = join(import.meta.dirname, 'baselines', 'empty-service');
  const service = await startService({ ports, directory });
  try {
    await service.ready;
    const url = `http://127.0.0.1:${ports.http}/empty`;
    return await sustain(async (load) => {
      const cpuBefore = cpuMs();
      const result = await post({ url, seconds: PROBE_SECONDS, ...load });
      const cpuMsEach = (cpuMs() - cpuBefore) / result.accepted;
      return { ...result, cpuMsEach, backlog: 0, lost: 0, drainSeconds: 0 };
    });
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
      const cpuBefore = cpuMs();
      const result = await post({ url: stack.urls.cc ?? '', seconds: PROBE_SECONDS, ...load });
      const backlog = await countMessages(aws, stack.queueUrl);
      const endedAt = performance.now();
      while ((await countMessages(aws, stack.queueUrl)) > 0) await sleep(100);
      const drainSeconds = (performance.now() - endedAt) / 1000;
      const cpuMsEach = (cpuMs() - cpuBefore) / result.accepted;
      const stored = (await itemsIn(aws.dynamodb, stack)) - before;
      return { ...result, cpuMsEach, backlog, drainSeconds, lost: result.accepted - stored };
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

const TICK_MS = 10;

/** CPU that a process and those it started have used so far, threads that have ended included. */
const cpuMs = (pid = process.pid): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before it may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  return children.reduce((sum, child) => sum + cpuMs(Number(child)), (userTicks + systemTicks) * TICK_MS);
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

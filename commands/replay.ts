import { isDeepStrictEqual } from 'node:util';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type Delivery, receive } from '../shared/deliveries/delivery.ts';
import { serialize } from '../shared/deliveries/message.ts';
import { chooseCallbacks } from './lib/callbacks.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { WAIT, WAIT_USAGE, waitMsOf } from './lib/patience.ts';
import { startProgress } from './lib/progress.ts';
import { forget, keepIssues, type Rejected, rejectedBodies } from './lib/rejected.ts';
import { readSince } from './lib/since.ts';
import { openStage, type Stage } from './lib/stage.ts';
import { watchStoring } from './lib/storing.ts';

const USAGE = `Usage: npm run replay -- [--stage <stage>] [--callback <callback>] [--since <date>] [--dry-run] [--wait <seconds>]

Reads rejected bodies with the current schemas. A body that is now valid is queued like a new delivery,
and leaves the rejected ones once it is stored. The others stay, with their new issues.

  --callback <name>  only bodies sent to this callback
  --since <date>     only bodies received from then on, like 2026-11-01 (UTC) or 2026-11-01T08:00+08:00
  --dry-run          only print how many would be queued
${WAIT_USAGE}
`;

const OPTIONS = {
  callback: { type: 'string' },
  since: { type: 'string', default: '' },
  'dry-run': { type: 'boolean', default: false },
  wait: WAIT,
} as const;

const AT_ONCE = 10;

type Outcome = 'valid' | 'stored' | 'waiting' | 'still rejected';
type Counts = Record<Outcome, number>;

const replay = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const since = values.since && readSince(values.since);
  const callbacks = chooseCallbacks(values.callback);
  const patienceMs = waitMsOf(values.wait);
  const stage = await openStage(invocation);

  const bodies = rejectedBodies(stage, callbacks, since);
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const becomesStored = watchStoring(stage, patienceMs, stopped);
  const counts: Counts = { valid: 0, stored: 0, waiting: 0, 'still rejected': 0 };
  const progress = startProgress('Replaying');
  const work = async (): Promise<void> => {
    for await (const rejected of bodies) {
      const outcome = await replayOne(stage, rejected, values['dry-run'], becomesStored);
      counts[outcome]++;
      progress.add();
      if (outcome === 'waiting') stop.abort();
      if (stopped.aborted) return;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    stop.abort();
    progress.stop();
  }
  if (values['dry-run']) return summarizeDryRun(counts);
  return summarize(counts, signal.aborted, values.wait);
};

/** Queues a body that is now valid, and removes its rejection once it is stored. */
const replayOne = async (
  stage: Stage,
  { item, callback }: Rejected,
  dryRun: boolean,
  becomesStored: (delivery: Delivery) => Promise<boolean>,
): Promise<Outcome> => {
  const bytes = Buffer.from(item.body, item.bodyEncoding ?? 'utf8');
  const reception = receive(callback, bytes, item.receivedAt, 'replay');
  if (!reception.accepted) {
    const { issues } = reception;
    if (!dryRun && !isDeepStrictEqual(issues, item.issues)) await keepIssues(stage, item, issues);
    return 'still rejected';
  }
  if (dryRun) return 'valid';
  const { sqs, queueUrl } = stage;
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: serialize(reception.item) }));
  if (!(await becomesStored(reception.item))) return 'waiting';
  await forget(stage, item);
  return 'stored';
};

const summarizeDryRun = ({ valid, 'still rejected': stillRejected }: Counts): Result => ({
  text: `${found(valid + stillRejected)}\nWould queue ${valid}; ${stillRejected} would stay rejected.`,
  data: { valid, stillRejected },
});

const summarize = (counts: Counts, interrupted: boolean, wait: string): Result => {
  const { stored, waiting, 'still rejected': stillRejected } = counts;
  const data = { stored, stillRejected, waiting };
  const lookedAt = stored + stillRejected + waiting;
  const results = `${stored} stored; ${stillRejected} stay rejected, with their current issues.`;
  const text = lookedAt === 0 ? 'There are no rejected bodies.' : `${found(lookedAt)}\n${results}`;
  if (waiting === 0 && !interrupted) return { text, data };
  const why = interrupted
    ? 'Interrupted'
    : `Stopped: nothing was stored for ${count(Number(wait), 'second')} (the consumer's log says why)`;
  const problem = `${why}. ${waiting} queued and not stored yet. Nothing is lost or stored twice: run it again to continue.`;
  return { text, data, problem };
};

const found = (number: number): string => `${count(number, 'rejected body', 'rejected bodies')} found.`;

await runCommand({ usage: USAGE, options: OPTIONS, run: replay });

import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Callback, rejectedKey } from '../shared/callbacks/callback.ts';
import { type Message, type RejectedDelivery, serialize } from '../shared/deliveries/message.ts';
import { changedKey } from '../shared/deliveries/store.ts';
import { isDate } from '../shared/payload/times.ts';
import { chooseCallbacks } from './lib/callbacks.ts';
import { CommandError, count, runCommand, say } from './lib/command.ts';
import { startProgress } from './lib/progress.ts';
import { openStage, type Stage } from './lib/stage.ts';

const USAGE = `Usage: npm run replay -- --stage <stage> [--callback <callback>] [--since 2026-11-01] [--region <region>] [--dry-run]

Takes rejected bodies through today's schemas again. What is valid now is queued like a fresh delivery and, once stored, no longer
rejected; what is not stays, with its new issues.`;

const AT_ONCE = 10;
const POLL_MS = 200;
const STORED_WITHIN_MS = 60_000;

type Outcome = 'valid' | 'stored' | 'waiting' | 'still rejected';
type Rejected = RejectedDelivery;

const replay = async (signal: AbortSignal): Promise<void> => {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      region: { type: 'string' },
      callback: { type: 'string' },
      since: { type: 'string', default: '' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  if (!values.stage) throw new CommandError(USAGE);
  const since = values.since && readSince(values.since);
  const callbacks = chooseCallbacks(values.callback);
  const stage = await openStage(values.stage, values.region);
  const rejected = await findRejected(stage, callbacks, since);
  if (rejected.length === 0) return say('There are no rejected bodies.');

  const progress = startProgress('Replaying', rejected.length);
  const counts: Record<Outcome, number> = { valid: 0, stored: 0, waiting: 0, 'still rejected': 0 };
  const queue = rejected.values();
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const work = async (): Promise<void> => {
    for (const { item, callback } of queue) {
      counts[await replayOne(stage, item, callback, values['dry-run'], stop)]++;
      progress.add();
      if (stop.aborted) return;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    failed.abort();
    progress.stop();
  }
  summarize(rejected.length, counts, values['dry-run']);
};

const SINCE = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

// Date.parse reads much more, `last-7` as July 2001.
const readSince = (written: string): string => {
  const [, day = ''] = SINCE.exec(written) ?? [];
  const date = new Date(isDate(day) ? written : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new CommandError(
    `--since ${written} is not a date: write it like 2026-11-01 (UTC) or 2026-11-01T08:00+08:00.`,
  );
};

const findRejected = async (
  { dynamodb, tableName }: Stage,
  callbacks: readonly Callback[],
  since: string,
) => {
  const found: { item: Rejected; callback: Callback }[] = [];
  for (const callback of callbacks) {
    const query = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'receivedAt >= :since',
      ExpressionAttributeValues: marshall({ ':pk': rejectedKey(callback.name), ':since': since }),
    };
    for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
      found.push(...Items.map((item) => ({ item: unmarshall(item) as Rejected, callback })));
    }
  }
  return found;
};

const replayOne = async (
  stage: Stage,
  item: Rejected,
  { read }: Callback,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<Outcome> => {
  const message = read(Buffer.from(item.body, item.bodyEncoding ?? 'utf8'), item.receivedAt);
  if ('issues' in message) {
    if (!dryRun && !isDeepStrictEqual(message.issues, item.issues)) await keepIssues(stage, message);
    return 'still rejected';
  }
  if (dryRun) return 'valid';
  const { sqs, queueUrl } = stage;
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: serialize(message) }));
  if (!(await becomesStored(stage, message, signal))) return 'waiting';
  await forget(stage, item);
  return 'stored';
};

const becomesStored = async (stage: Stage, message: Message, signal: AbortSignal): Promise<boolean> => {
  const end = Date.now() + STORED_WITHIN_MS;
  while (!(await isStored(stage, message))) {
    if (signal.aborted || Date.now() > end) return false;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
  return true;
};

const isStored = async ({ dynamodb, tableName }: Stage, message: Message): Promise<boolean> => {
  const hashAt = async (sk: string): Promise<string | undefined> => {
    const Key = marshall({ pk: message.pk, sk });
    const { Item } = await dynamodb.send(
      new GetItemCommand({
        TableName: tableName,
        Key,
        ProjectionExpression: 'bodyHash',
        ConsistentRead: true,
      }),
    );
    return Item?.bodyHash?.S;
  };
  const { sk, bodyHash } = message;
  return (await hashAt(sk)) === bodyHash || (await hashAt(changedKey(message))) === bodyHash;
};

const keyOf = ({ pk, sk }: Message) => marshall({ pk, sk });

const forget = async ({ dynamodb, tableName }: Stage, item: Rejected): Promise<void> => {
  await dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(item) }));
};

const keepIssues = async ({ dynamodb, tableName }: Stage, message: Rejected): Promise<void> => {
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: keyOf(message),
    UpdateExpression: 'SET issues = :issues',
    // Not one that its time to live took away in the meantime.
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':issues': message.issues }),
  });
  try {
    await dynamodb.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

const summarize = (found: number, counts: Record<Outcome, number>, dryRun: boolean): void => {
  say(`${count(found, 'rejected body', 'rejected bodies')} found.`);
  if (dryRun) {
    say(`Would queue ${counts.valid}; ${counts['still rejected']} would stay rejected.`);
    return;
  }
  say(`${counts.stored} stored as calls; ${counts['still rejected']} stay rejected, with today's issues.`);
  const untouched = found - counts.stored - counts['still rejected'] - counts.waiting;
  if (counts.waiting + untouched === 0) return;
  throw new CommandError(
    `${counts.waiting} queued and not seen in the table yet, ${untouched} not looked at. Nothing is lost or doubled: run it again to go on.`,
  );
};

await runCommand(replay, USAGE);

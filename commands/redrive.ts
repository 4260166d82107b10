import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { CommandError, count, runCommand, say } from './lib/command.ts';
import { startProgress } from './lib/progress.ts';
import { countMessages, openStage, type Stage } from './lib/stage.ts';

const USAGE = `Usage: npm run redrive -- --stage <stage> [--region <region>] [--dry-run] [--wait <seconds>]

Moves the dead letters of a stage back into its queue and waits until they are stored: until the queue is empty, or has not become
shorter for 60 seconds (--wait), as under a load of new callbacks.`;

// SQS tells counts that are some seconds old: empty is believed when it was seen this often.
const POLL_MS = 1_000;
const EMPTY_POLLS = 3;

const redrive = async (signal: AbortSignal): Promise<void> => {
  const { values } = parseArgs({
    options: {
      stage: { type: 'string' },
      region: { type: 'string' },
      'dry-run': { type: 'boolean' },
      wait: { type: 'string', default: '60' },
    },
  });
  if (!values.stage) throw new CommandError(USAGE);
  if (!/^\d+$/.test(values.wait)) throw new CommandError(`--wait ${values.wait} is not a number of seconds.`);
  const stage = await openStage(values.stage, values.region);
  const found = await countMessages(stage, stage.deadLetterQueueUrl);
  if (found === 0) return say('There are no dead letters.');
  if (values['dry-run']) return say(`Would move ${count(found, 'dead letter')} back into the queue.`);

  const moved = await move(stage, found, signal);
  const waiting = await waitUntilEmpty(stage, Number(values.wait) * 1000, signal);
  const left = await countMessages(stage, stage.deadLetterQueueUrl);
  say(`Moved ${count(moved, 'dead letter')} back into the queue.`);
  if (signal.aborted) {
    throw new CommandError(
      'Interrupted before all were stored. Nothing is lost: what is in the queue gets stored or comes back as a dead letter. Run it again to go on.',
    );
  }
  if (left > 0) {
    throw new CommandError(
      `${count(left, 'dead letter')} left, or back again: the consumer's log says why it cannot store them.`,
    );
  }
  if (waiting === 0) return say('All of them are stored.');
  say(
    `The queue does not become empty: ${count(waiting, 'message')} in it, which may be new callbacks. What cannot be stored comes back as a dead letter.`,
  );
};

const move = async (stage: Stage, found: number, signal: AbortSignal): Promise<number> => {
  const progress = startProgress('Moving ', found);
  try {
    return await moveByTask(stage, found, signal, progress.to);
  } catch (error) {
    // The local emulator has no message move tasks.
    if ((error as Error).name !== 'InvalidAction') throw error;
    return await moveByHand(stage, found, signal, progress.to);
  } finally {
    progress.stop();
  }
};

type Report = (moved: number, total?: number) => void;

/** SQS moves the messages by itself; a task that is under way already is followed instead. */
const moveByTask = async (
  stage: Stage,
  found: number,
  signal: AbortSignal,
  report: Report,
): Promise<number> => {
  const { sqs, deadLetterQueueUrl } = stage;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const SourceArn = Attributes.QueueArn;
  const latest = async (): Promise<ListMessageMoveTasksResultEntry> => {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    return Results[0] ?? {};
  };
  const before = await latest();
  const follows = before.Status === 'RUNNING';
  if (!follows) await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  for (;;) {
    const task = await latest();
    // The list can lag behind the task that was just started.
    if (!follows && task.StartedTimestamp === before.StartedTimestamp && !signal.aborted) {
      await pause(signal);
      continue;
    }
    const moved = task.ApproximateNumberOfMessagesMoved ?? 0;
    report(moved, task.ApproximateNumberOfMessagesToMove ?? found);
    if (task.Status === 'FAILED') throw new CommandError(`SQS could not move them: ${task.FailureReason}`);
    if (task.Status === 'CANCELLED') throw new CommandError('The move was cancelled: run it again to go on.');
    if (task.Status !== 'RUNNING' || signal.aborted) return moved;
    await pause(signal);
  }
};

/** Sends before it deletes: an interruption leaves a message twice, which the table absorbs, and never none. */
const moveByHand = async (
  { sqs, queueUrl, deadLetterQueueUrl }: Stage,
  found: number,
  signal: AbortSignal,
  report: Report,
): Promise<number> => {
  let moved = 0;
  while (moved < found && !signal.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: deadLetterQueueUrl, VisibilityTimeout: 10 }),
    );
    const [message] = Messages;
    if (message === undefined) break;
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: message.Body }));
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: deadLetterQueueUrl, ReceiptHandle: message.ReceiptHandle }),
    );
    report(++moved);
  }
  return moved;
};

/** How many messages are in the queue in the end: none, or what is left when it stopped becoming shorter. */
const waitUntilEmpty = async (stage: Stage, patienceMs: number, signal: AbortSignal): Promise<number> => {
  const most = await countMessages(stage, stage.queueUrl);
  const progress = startProgress('Storing', most);
  let [left, least, emptyPolls] = [most, most, 0];
  let shorterAt = Date.now();
  while (emptyPolls < EMPTY_POLLS && Date.now() - shorterAt <= patienceMs && !signal.aborted) {
    left = await countMessages(stage, stage.queueUrl);
    progress.to(Math.max(0, most - left));
    emptyPolls = left === 0 ? emptyPolls + 1 : 0;
    if (left < least) [least, shorterAt] = [left, Date.now()];
    await pause(signal);
  }
  progress.stop();
  return left;
};

const pause = (signal: AbortSignal) => sleep(POLL_MS, undefined, { signal }).catch(() => {});

await runCommand(redrive, USAGE);

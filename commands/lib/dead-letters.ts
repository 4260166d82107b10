import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { CommandError } from './command-error.ts';
import type { Stage } from './stage.ts';
import type { WorkQueue } from './work-queues.ts';

type Source = Pick<Stage, 'sqs' | 'pollMs'> & WorkQueue;

type Report = (moved: number, total?: number) => void;

/**
 * Moves dead letters, `found` or more, into their source queues; returns how many were moved before
 * the signal aborted.
 */
export const moveDeadLetters = async (
  stage: Source,
  found: number,
  signal: AbortSignal,
  report: Report,
): Promise<number> => {
  try {
    return await moveByTask(stage, found, signal, report);
  } catch (error) {
    if (!WITHOUT_TASKS.has((error as Error).name)) throw error;
    return await moveByHand(stage, found, signal, report);
  }
};

// The errors of the local emulator, and of regions without message move tasks.
const WITHOUT_TASKS = new Set(['InvalidAction', 'UnsupportedOperation']);

/** SQS moves the messages itself; a task that is already running is followed instead. */
const moveByTask = async (
  stage: Source,
  found: number,
  signal: AbortSignal,
  report: Report,
): Promise<number> => {
  const { sqs, queueUrl, deadLetterQueueUrl, pollMs } = stage;
  const pause = () => sleep(pollMs, undefined, { signal }).catch(() => {});
  const arnOf = async (QueueUrl: string | undefined): Promise<string | undefined> => {
    if (QueueUrl === undefined) return undefined;
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    return Attributes?.QueueArn;
  };
  // One source is named, because SQS does not know the origin of a message that the consumer put
  // there.
  const [SourceArn, DestinationArn] = await Promise.all([deadLetterQueueUrl, queueUrl].map(arnOf));
  const latest = async (): Promise<ListMessageMoveTasksResultEntry> => {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    return Results[0] ?? {};
  };
  const before = await latest();
  const follows = before.Status === 'RUNNING';
  if (!follows) await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  for (;;) {
    const task = await latest();
    // The list can lag behind a task that was just started.
    if (!follows && task.StartedTimestamp === before.StartedTimestamp && !signal.aborted) {
      await pause();
      continue;
    }
    const moved = task.ApproximateNumberOfMessagesMoved ?? 0;
    report(moved, task.ApproximateNumberOfMessagesToMove ?? found);
    if (task.Status === 'FAILED') throw new CommandError(`SQS could not move them: ${task.FailureReason}`);
    if (task.Status === 'CANCELLED')
      throw new CommandError('The move was cancelled: run it again to continue.');
    if (task.Status !== 'RUNNING' || signal.aborted) return moved;
    await pause();
  }
};

/**
 * Sends before it deletes: an interruption can leave a message twice, which the table absorbs, but
 * never loses one.
 */
const moveByHand = async (
  { sqs, originOf, deadLetterQueueUrl }: Source,
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
    const QueueUrl = await originOf(message.Body ?? '');
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: message.Body }));
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: deadLetterQueueUrl, ReceiptHandle: message.ReceiptHandle }),
    );
    report(++moved);
  }
  return moved;
};

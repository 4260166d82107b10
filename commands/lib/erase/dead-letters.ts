import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { countMessages, type Stage } from '../stage.ts';
import type { WorkQueue } from '../work-queues.ts';

type Queue = Pick<Stage, 'sqs' | 'pollMs'> & Pick<WorkQueue, 'deadLetterQueueUrl'>;

/** Whether a dead letter is to be deleted. */
export type Decide = (text: string) => Promise<boolean>;

// The counts of SQS are some seconds old, and somebody else may be looking at the same letters.
const PATIENCE_MS = 120_000;

/**
 * Looks at each dead letter of a queue once, and deletes those that are to be; the others are there as before. Answers how many there may be
 * that it did not get to see.
 */
export const sweepDeadLetters = async (
  queue: Queue,
  decide: Decide,
  signal: AbortSignal,
): Promise<number> => {
  const kept = new Set<string>();
  const startedAt = Date.now();
  for (;;) {
    await sweepOnce(queue, decide, kept, signal);
    const unseen = (await countMessages(queue, queue.deadLetterQueueUrl)) - kept.size;
    if (unseen <= 0 || Date.now() - startedAt > PATIENCE_MS) return Math.max(0, unseen);
    await sleep(queue.pollMs * (1 + Math.random()), undefined, { signal });
  }
};

// As long as it takes to look at some thousand.
const VISIBILITY_SECONDS = 120;
// SQS asks some of its servers only.
const EMPTY_ANSWERS = 2;

const sweepOnce = async (
  queue: Queue,
  decide: Decide,
  kept: Set<string>,
  signal: AbortSignal,
): Promise<void> => {
  const held: Message[] = [];
  try {
    for (let empty = 0; empty < EMPTY_ANSWERS; ) {
      signal.throwIfAborted();
      const messages = await receive(queue);
      // In a long queue the first ones are back before the last ones come.
      if (messages.every(({ MessageId = '' }) => kept.has(MessageId))) empty++;
      for (const message of messages) {
        const { MessageId = '', Body = '' } = message;
        if (!kept.has(MessageId) && (await decide(Body))) await remove(queue, message);
        else {
          kept.add(MessageId);
          held.push(message);
        }
      }
    }
  } finally {
    for (const message of held) await release(queue, message);
  }
};

const receive = async ({ sqs, deadLetterQueueUrl: QueueUrl }: Queue): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: VISIBILITY_SECONDS,
  });
  return (await sqs.send(command)).Messages ?? [];
};

const remove = async ({ sqs, deadLetterQueueUrl: QueueUrl }: Queue, { ReceiptHandle }: Message) => {
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
};

const release = async ({ sqs, deadLetterQueueUrl: QueueUrl }: Queue, { ReceiptHandle }: Message) => {
  const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  // It is visible again by itself later, and perhaps was meanwhile.
  await sqs.send(command).catch(() => {});
};

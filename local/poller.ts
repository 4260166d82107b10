import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { fittingGroups } from './payload-limit.ts';

export type Poller = { stop: () => Promise<void> };

type Options = {
  sqs: SQSClient;
  queueUrl: string;
  queueArn: string;
  batchSize: number;
  /** Calls the function with a batch; if it throws, the whole batch has failed. */
  invoke: (event: SQSEvent) => Promise<SQSBatchResponse>;
  onError: (error: Error) => void;
};

// Lambda starts with five as well.
const POLLERS = 5;
// A waiting poller ends within this time, which bounds how long Ctrl-C waits for it.
const WAIT_SECONDS = 1;
const STOP_MS = 1_200;

/**
 * Lambda's event source for a queue. It receives batches, calls the function and deletes only the
 * messages that succeeded. The others stay invisible for the queue's visibility timeout, come back,
 * and end in the dead-letter queue by the queue's own redrive policy.
 */
export const startPoller = ({ sqs, queueUrl, queueArn, batchSize, invoke, onError }: Options): Poller => {
  let stopping = false;
  const inHand = new Set<Message>();

  const receive = async (): Promise<Message[]> => {
    const messages: Message[] = [];
    while (messages.length < batchSize) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(10, batchSize - messages.length),
          WaitTimeSeconds: messages.length === 0 ? WAIT_SECONDS : 0,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      messages.push(...Messages);
    }
    return messages;
  };

  const pollOnce = async (): Promise<void> => {
    const messages = await receive();
    if (messages.length === 0) return;
    for (const message of messages) inHand.add(message);
    try {
      for (const batch of fittingGroups(messages)) await consume(batch);
    } finally {
      for (const message of messages) inHand.delete(message);
    }
  };

  const consume = async (messages: Message[]): Promise<void> => {
    const { batchItemFailures = [] } = (await invoke(toEvent(messages, queueArn))) ?? {};
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await remove(messages.filter(({ MessageId }) => !failed.has(MessageId ?? '')));
  };

  const remove = async (messages: Message[]): Promise<void> => {
    for (const Entries of chunks(messages)) {
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };

  const release = async (messages: Message[]): Promise<void> => {
    for (const entries of chunks(messages)) {
      const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping) {
      await pollOnce().catch(async (error) => {
        if (stopping) return;
        onError(error);
        await sleep(WAIT_SECONDS * 1000);
      });
    }
  };

  const loops = Promise.all(Array.from({ length: POLLERS }, loop));
  return {
    stop: async () => {
      stopping = true;
      await Promise.race([loops, sleep(STOP_MS, undefined, { ref: false })]);
      await release([...inHand]);
    },
  };
};

const chunks = (messages: Message[]) =>
  Array.from({ length: Math.ceil(messages.length / 10) }, (_, index) =>
    messages
      .slice(index * 10, index * 10 + 10)
      .map(({ ReceiptHandle }, entry) => ({ Id: String(entry), ReceiptHandle: ReceiptHandle ?? '' })),
  );

const toEvent = (messages: Message[], eventSourceARN: string): SQSEvent => ({
  Records: messages.map((message) => ({
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes as SQSEvent['Records'][0]['attributes'],
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: 'local',
  })),
});

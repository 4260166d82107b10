import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Poller, startPoller } from '../../local/poller.ts';

type Options = {
  sqs: SQSClient;
  queueUrl: string;
  /** Whether what failed comes again at once, instead of after the queue's visibility timeout. */
  impatient: boolean;
  batchSize?: number | undefined;
  invoke: (event: SQSEvent) => Promise<SQSBatchResponse>;
};

// Few writes at once: on a machine that is busy, each has to be answered within the functions' own
// time limits.
const BATCH_SIZE = 4;

/**
 * The event source of the consumer. An impatient one makes a test independent of how fast the
 * machine is.
 */
export const startEventSource = ({
  sqs,
  queueUrl,
  impatient,
  batchSize = BATCH_SIZE,
  invoke,
}: Options): Poller => {
  const release = async (records: SQSEvent['Records']): Promise<void> => {
    if (!impatient || records.length === 0) return;
    const Entries = records.map(({ receiptHandle: ReceiptHandle }, n) => ({
      Id: String(n),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  };
  const invokeAndRelease = async (event: SQSEvent): Promise<SQSBatchResponse> => {
    try {
      const answer = await invoke(event);
      const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      await release(event.Records.filter(({ messageId }) => failed.has(messageId)));
      return answer;
    } catch (error) {
      await release(event.Records);
      throw error;
    }
  };
  return startPoller({
    sqs,
    queueUrl,
    queueArn: 'queue',
    batchSize,
    invoke: invokeAndRelease,
    onError: () => {},
  });
};

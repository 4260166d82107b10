import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { inject } from 'vitest';
import { s3 as functionsS3 } from '../../shared/files/s3.ts';
import { type Job, serializeJob } from '../../shared/recordings/job.ts';
import { dynamodb, s3, sqs } from './pipeline.ts';

const { sqsEndpoint } = inject('stack');

/**
 * A bucket and a queue of jobs that nothing else uses, for the functions that this test calls
 * directly.
 */
export const useOwnArchive = async (name: string) => {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '3600' } }),
  );
  const queueUrl = new URL(new URL(QueueUrl).pathname, sqsEndpoint).href;
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  Object.assign(process.env, { RECORDINGS_QUEUE_URL: queueUrl, FILES_BUCKET: name, STAGE: 'local' });
  return queueUrl;
};

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

const contextFor = (milliseconds: number) =>
  ({ awsRequestId: 'test', getRemainingTimeInMillis: () => milliseconds }) as Context;

/**
 * Puts texts into the queue and hands them to the archiver as Lambda would, as if they had been
 * sent so many seconds ago; the ids of those that it keeps.
 */
export const deliver = async (
  handler: Handler,
  texts: string[],
  { ageSeconds = 0, milliseconds = 600_000 } = {},
): Promise<{ messageIds: string[]; kept: string[] }> => {
  const messageIds = new Set<string>();
  for (const MessageBody of texts) {
    const { MessageId = '' } = await sqs.send(
      new SendMessageCommand({ QueueUrl: process.env.RECORDINGS_QUEUE_URL, MessageBody }),
    );
    messageIds.add(MessageId);
  }
  const records = await receive(messageIds, Date.now() - 1000 * ageSeconds);
  const { batchItemFailures } = await handler({ Records: records }, contextFor(milliseconds));
  const kept = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { messageIds: [...messageIds], kept };
};

const receive = async (wanted: Set<string>, sentAt: number): Promise<SQSRecord[]> => {
  const records: SQSRecord[] = [];
  while (records.length < wanted.size) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: process.env.RECORDINGS_QUEUE_URL, MaxNumberOfMessages: 10 }),
    );
    for (const { MessageId = '', ReceiptHandle = '', Body = '' } of Messages) {
      const attributes = { SentTimestamp: String(sentAt), ApproximateReceiveCount: '1' };
      if (wanted.has(MessageId)) {
        records.push({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes,
        } as SQSRecord);
      }
    }
  }
  return records;
};

/** A job for a recording of a call. */
export const jobFor = (pk: string, url: string, more: Partial<Job> = {}): Job => ({
  pk,
  kind: 'recording',
  url,
  receivedAt: '2026-11-26T08:00:00.000Z',
  revisedAt: '2026-11-26T08:00:00.000Z',
  ...more,
});

export const jobText = (...args: Parameters<typeof jobFor>): string => serializeJob(jobFor(...args));

/** What the archiver says of a job in the table of deliveries. */
export const resultOf = async ({ pk, kind }: Job) => {
  const Key = marshall({ pk, sk: `archive#${kind}` });
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key, ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
};

/** When the messages of the queue are visible again, by id, in seconds from now. */
export const hiddenFor = async (queue: string): Promise<Record<string, number>> => {
  const response = await fetch(`${sqsEndpoint}/_fauxqs/queues/${queue}`);
  type Seen = { message: { messageId: string }; visibilityDeadline: number };
  const { messages } = (await response.json()) as { messages: { inflight: Seen[] } };
  return Object.fromEntries(
    messages.inflight.map(({ message, visibilityDeadline }) => [
      message.messageId,
      (visibilityDeadline - Date.now()) / 1000,
    ]),
  );
};

/** The keys of the bucket's objects. */
export const keysIn = async (Bucket = process.env.FILES_BUCKET): Promise<string[]> => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key = '' }) => Key);
};

/** An object of the bucket. */
export const objectAt = async (Key: string) => {
  const { Body, ContentType } = await s3.send(
    new GetObjectCommand({ Bucket: process.env.FILES_BUCKET, Key }),
  );
  return { type: ContentType, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []) };
};

/** Uploads in parts that the functions began and neither completed nor aborted. */
export const watchUploads = () => {
  const open = new Set<string>();
  functionsS3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args);
        const { UploadId } = { ...args.input, ...(result.output as object) } as { UploadId?: string };
        if (commandName === 'CreateMultipartUploadCommand') open.add(UploadId ?? '');
        if (/^(Complete|Abort)MultipartUploadCommand$/.test(commandName ?? '')) open.delete(UploadId ?? '');
        return result;
      },
    { step: 'initialize' },
  );
  return open;
};

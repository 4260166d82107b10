import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import type { CallItem } from '../../shared/calls/item.ts';
import { project } from '../../shared/calls/project.ts';
import { readCall } from '../../shared/calls/read-calls.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { deserialize } from '../../shared/deliveries/message.ts';
import { store } from '../../shared/deliveries/store.ts';
import type { ReconcileOptions } from '../../shared/reconciliation/options.ts';
import type { Run } from '../../shared/reconciliation/run.ts';
import { callbackNamed, reception } from './calls.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { Provider } from './nxcloud-provider.ts';
import { useOwnTables } from './own-tables.ts';
import { s3, sqs } from './pipeline.ts';

const signal = new AbortController().signal;

/** A delivery of Call Center, as it is posted. */
export const deliveryOf = (body: string): Delivery => {
  const received = reception('cc', body);
  if (!received.accepted) throw new Error(JSON.stringify(received.issues));
  return received.item;
};

/**
 * Tables, a bucket and a queue that nothing else uses, for a comparison that a test starts itself; bucket and queue are behind a proxy.
 * Consumer and projector do their work when they are told to.
 */
export const openWorld = async (name: string) => {
  await useOwnTables(name);
  const proxy = await startFaultProxy(inject('stack').sqsEndpoint);
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: proxy.endpoint,
    AWS_ENDPOINT_URL_S3: proxy.endpoint,
    FILES_BUCKET: name,
    QUEUE_URL: QueueUrl,
  });

  const take = async (items: readonly Delivery[]): Promise<void> => {
    const takeOne = async (item: Delivery) => {
      await store(item, signal);
      await project(callbackNamed('cc'), item.pk, signal);
    };
    // More connections at once than these are too many for a busy machine.
    const left = items.values();
    const work = async () => {
      for (const item of left) await takeOne(item);
    };
    await Promise.all(Array.from({ length: 10 }, work));
  };
  const objects = async (): Promise<string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: name }));
    return Contents.map(({ Key = '' }) => Key);
  };
  return {
    proxy,
    /** What was posted comes into both tables. */
    post: (bodies: readonly string[]) => take(bodies.map(deliveryOf)),
    /** What is in the queue, which it is taken from. */
    queued: async (): Promise<Delivery[]> => {
      const found: Delivery[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) return found;
        found.push(...Messages.map(({ Body = '' }) => deserialize(Body) as unknown as Delivery));
        const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    },
    take,
    objects,
    /** Forgets all runs. */
    forget: async () => {
      for (const Key of await objects()) await s3.send(new DeleteObjectCommand({ Bucket: name, Key }));
    },
    stop: proxy.stop,
  };
};

/** How a test asks a provider of its own. */
export const asking = (
  { gateway, credentials }: Provider,
  options: Partial<ReconcileOptions> = {},
): ReconcileOptions => ({
  provider: { gateway, ...credentials, takesLoopback: true, paceMs: 0, backOffMs: [1, 1, 1] },
  source: 'command',
  signal,
  ...options,
});

/** What a run found, by its calls. */
export const foundBy = (run: Run) => {
  const keys = (some: { pk: string }[]) => some.map(({ pk }) => pk).sort();
  return { missing: keys(run.missing), different: keys(run.different), unexpected: keys(run.unexpected) };
};

/** The keys of calls, in order. */
export const pksOf = (ids: readonly string[]): string[] => ids.map((id) => `cc#${id}`).sort();

/** The item of a call. */
export const callOf = (pk: string): Promise<CallItem | undefined> => readCall(pk, signal);

import { SQSClient } from '@aws-sdk/client-sqs';

/** The client of the queues of events. */
export const sqs = new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false });

/** The URL of the queue of an endpoint: all begin with `WEBHOOK_QUEUES`. */
export const queueUrlOf = (endpoint: string): string => `${process.env.WEBHOOK_QUEUES}${endpoint}`;

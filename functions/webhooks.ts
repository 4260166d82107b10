import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { deliver } from '../shared/events/deliver.ts';
import { endpointsOf } from '../shared/events/endpoints.ts';
import type { WebhookJob } from '../shared/events/job.ts';
import { retryLater } from '../shared/events/retries.ts';
import { signingSecrets } from '../shared/events/secrets.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';

/** Sends each event of the batch to its endpoint, all at once. What an endpoint does not take comes again later. */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const endpoints = new Map(endpointsOf(process.env.WEBHOOK_URLS).map(({ id, url }) => [id, url]));

  const send = async (record: SQSRecord): Promise<void> => {
    const { endpoint, id, body } = JSON.parse(record.body) as WebhookJob;
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    const logged = {
      endpoint,
      event: id,
      attempt,
      messageId: record.messageId,
      requestId: context.awsRequestId,
    };
    const startedAt = Date.now();
    const url = endpoints.get(endpoint);
    if (url === undefined)
      return logger.warn('dropped', { ...logged, reason: 'not in WEBHOOK_URLS any more' });
    try {
      const status = await deliver(
        url,
        { id, body },
        { secrets: await signingSecrets(), takesLoopback: process.env.STAGE === 'local' },
      );
      logger.info('sent', { ...logged, status, durationMs: Date.now() - startedAt });
    } catch (error) {
      const seconds = await retryLater(endpoint, record.receiptHandle, attempt);
      logger.warn('unsent', {
        ...logged,
        durationMs: Date.now() - startedAt,
        reason: reasonOf(error),
        againInSeconds: seconds,
      });
      throw error;
    }
  };

  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(event, send, processor, { context, throwOnFullBatchFailure: false });
};

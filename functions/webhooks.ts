import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { deliver } from '../shared/events/deliver.ts';
import { endpointsOf } from '../shared/events/endpoints.ts';
import type { WebhookJob } from '../shared/events/job.ts';
import { hide } from '../shared/events/queue.ts';
import { waitAfter } from '../shared/events/retries.ts';
import { signingSecrets } from '../shared/events/secrets.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';

/**
 * Sends each event of the batch to its endpoint, all at once. An event that an endpoint does not
 * accept comes again later.
 */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const endpoints = new Map(endpointsOf(process.env.WEBHOOK_URLS).map(({ id, url }) => [id, url]));
  const secrets = signingSecrets();
  // Each failure is reported by its event, which comes again.
  secrets.catch(() => {});

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
    if (url === undefined) return logger.warn('dropped', { ...logged, reason: 'no longer in WEBHOOK_URLS' });
    try {
      const status = await deliver(
        url,
        { id, body },
        { secrets: await secrets, takesLoopback: process.env.STAGE === 'local' },
      );
      logger.info('sent', { ...logged, status, durationMs: Date.now() - startedAt });
    } catch (error) {
      const againInSeconds = waitAfter(attempt);
      // If SQS does not accept this, the message comes back after its queue's own timeout.
      await hide(endpoint, record.receiptHandle, againInSeconds ?? 0).catch(() => {});
      logger.warn('unsent', {
        ...logged,
        durationMs: Date.now() - startedAt,
        reason: reasonOf(error),
        againInSeconds,
      });
      throw error;
    }
  };

  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(event, send, processor, { context, throwOnFullBatchFailure: false });
};

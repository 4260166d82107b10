import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { bury } from '../shared/deliveries/dead-letters.ts';
import { deserialize, MalformedMessage } from '../shared/deliveries/message.ts';
import { expiring } from '../shared/deliveries/retention.ts';
import { store } from '../shared/deliveries/store.ts';
import { loggable } from '../shared/telemetry/loggable.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';
import { type Counted, countAll } from '../shared/telemetry/metrics.ts';

// What is left for the answer once the writes have been aborted.
const ANSWER_MS = 1_000;

/**
 * Stores every message of the batch, but nothing of an erased call, and reports those it could not, so that SQS delivers just them again.
 * What no version of this code can read goes to the dead letters at once.
 */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS));
  const counted: Counted[] = [];

  const consume = async ({ messageId, body }: SQSRecord): Promise<void> => {
    const startedAt = Date.now();
    const logged = { callback: 'unknown', messageId, requestId: context.awsRequestId };
    try {
      const item = expiring(deserialize(body));
      Object.assign(logged, { callback: item.callback, ...loggable(item), sk: item.sk });
      const outcome = await store(item, deadline);
      if (outcome === 'duplicate') counted.push({ outcome: 'Duplicate', callback: item.callback });
      if (outcome === 'erased') counted.push({ outcome: 'Erased', callback: item.callback });
      logger.info(outcome, { ...logged, durationMs: Date.now() - startedAt });
    } catch (error) {
      counted.push({ outcome: 'Failed', callback: logged.callback });
      logger.error('failed', { ...logged, durationMs: Date.now() - startedAt, reason: reasonOf(error) });
      if (!(error instanceof MalformedMessage)) throw error;
      await bury(body, deadline);
    }
  };

  // A processor holds the state of one batch.
  const processor = new BatchProcessor(EventType.SQS);
  const response = await processPartialResponse(event, consume, processor, {
    context,
    throwOnFullBatchFailure: false,
  });
  countAll(counted);
  return response;
};

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { deserialize } from '../shared/message.ts';
import { type Outcome, store } from '../shared/table.ts';
import { type Counter, countAll, logger } from '../shared/telemetry.ts';

// What is left for the answer once the writes have been given up.
const ANSWER_MS = 1_000;

const COUNTERS: Record<Outcome, Counter> = { stored: 'Stored', duplicate: 'Duplicate', changed: 'Changed' };

/** Stores every message of the batch and reports those it could not, so that SQS delivers just them again. */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS));
  const counted: { counter: Counter; callback: string }[] = [];

  const consume = async ({ messageId, body }: SQSRecord): Promise<void> => {
    let callback = 'unknown';
    try {
      const message = deserialize(body);
      callback = message.callback;
      const outcome = await store(message, deadline);
      counted.push({ counter: COUNTERS[outcome], callback });
      const issues = 'issues' in message ? message.issues.map(({ path }) => path) : undefined;
      logger.info(outcome, { callback, id: message.pk, entry: message.sk, issues, messageId });
    } catch (error) {
      counted.push({ counter: 'Failed', callback });
      logger.error('failed', { callback, messageId, reason: String(error) });
      throw error;
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

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Callback } from '../callbacks/callback.ts';
import { receive } from '../deliveries/delivery.ts';
import { loggable } from '../telemetry/loggable.ts';
import { logger, reasonOf } from '../telemetry/logger.ts';
import { countAll, metricsOf } from '../telemetry/metrics.ts';
import { logMessage, type Outcome } from '../telemetry/outcomes.ts';
import { hasToken, isAuthorized, isFromAllowedNetwork } from './authorization.ts';
import { enqueue } from './enqueue.ts';

const MAX_BODY_BYTES = 128 * 1024;

type Count = [outcome: Outcome, times?: number];

// An alarm compares refused with accepted requests, which needs a value of both.
const NONE_ACCEPTED: Count = ['Accepted', 0];

/**
 * The Lambda handler of a callback. It answers 200 and 400 only once the delivery is in the queue,
 * 503 otherwise.
 */
export const receiver = (callback: Callback) => {
  if (process.env.PREPARE) rehearse(callback);
  return async (
    event: APIGatewayProxyEventV2,
    context: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const startedAt = Date.now();
    const conclude = (
      outcome: Outcome,
      response: APIGatewayProxyStructuredResultV2,
      details: object = {},
      counted: Count[] = [[outcome]],
    ) => {
      countAll(counted.map(([each, times]) => ({ outcome: each, times, callback: callback.name })));
      logger.info(logMessage(outcome), {
        callback: callback.name,
        durationMs: Date.now() - startedAt,
        requestId: context.awsRequestId,
        ...details,
      });
      return response;
    };

    const refuse = (outcome: Outcome, statusCode: number, error: string) =>
      hasToken(event)
        ? conclude(outcome, answer(statusCode, { error }), {}, [[outcome], ['Refused'], NONE_ACCEPTED])
        : conclude('Anonymous', answer(statusCode, { error }));

    // Only routes of the deployed API: infrastructure/wrong-paths.ts.
    if (event.routeKey?.endsWith('{proxy+}')) {
      return conclude('Misdirected', answer(404, { error: 'not_found' }));
    }
    if (!isFromAllowedNetwork(event)) return refuse('Forbidden', 403, 'forbidden');
    if (!isAuthorized(callback.tokenVariable, event)) return refuse('Unauthorized', 401, 'unauthorized');
    const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    if (bytes.length > MAX_BODY_BYTES) return refuse('TooLarge', 413, 'payload_too_large');
    const { accepted, item, issues } = receive(callback, bytes, new Date(startedAt).toISOString());
    const logged = {
      ...loggable(item),
      ...(issues.length > 0 && { issues: issues.map(({ path }) => path) }),
    };
    try {
      await enqueue(item, startedAt);
    } catch (error) {
      const unavailable = answer(503, { error: 'unavailable' }, { 'retry-after': '5' });
      return conclude('Unavailable', unavailable, { ...logged, reason: reasonOf(error) });
    }
    if (!accepted) return conclude('Rejected', answer(400, { error: 'invalid_payload', issues }), logged);
    const body = { status: 'accepted', id: item.pk, ...(issues.length > 0 && { issues }) };
    return conclude(
      'Accepted',
      answer(200, body),
      logged,
      issues.length > 0 ? [['Accepted'], ['Degraded']] : [['Accepted']],
    );
  };
};

// A body in which each callback finds an identity, a time, a number, and an unreadable field.
const REHEARSED = JSON.stringify({
  callId: '1',
  uuid: '1',
  startTime: 1.6e12,
  startAt: 1.6e9,
  time: '1.6e15',
  direction: 1,
  callDuration: 1,
  duration: 1,
  data: {
    id: '1',
    callType: 1,
    communicateBeginTime: '2026-01-01 00:00:00',
    communicateDuration: -1,
    expansionFields: '[{"id":1.5}]',
  },
});

/**
 * Runs the code that reads a call once while Lambda starts the function; otherwise the first call
 * would wait until it is compiled.
 */
const rehearse = (callback: Callback): void => {
  const event = { headers: { token: 'rehearsed' } } as unknown as APIGatewayProxyEventV2;
  isFromAllowedNetwork(event);
  isAuthorized(callback.tokenVariable, event);
  loggable(receive(callback, Buffer.from(REHEARSED), new Date().toISOString()).item);
  metricsOf(callback.name);
  // Node opens it on first use.
  process.stdout;
};

const answer = (statusCode: number, body: object, headers = {}): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

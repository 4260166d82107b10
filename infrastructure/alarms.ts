import type { Callback } from '../shared/callbacks/callback.ts';
import { counted, type Metric, ofFunction, ofQueue, routed, throttledRequests } from './metrics.ts';
import type { Stack } from './serverless-types.ts';

/** An alarm: it goes off when the metric is above `threshold` (0) for a period of `periodSeconds` (300), if nothing else is said. */
export type Alarm = {
  /** Its entry in docs/runbook.md, and the last part of its name. */
  entry: string;
  /** The callback that it is about, if it is about one. */
  callback?: string;
  /** What it means and what to do. */
  description: string;
  metric: Metric;
  statistic?: 'Sum' | 'Maximum' | 'p99';
  comparison?: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold?: number;
  periodSeconds?: number;
  periods?: number;
  missing?: 'notBreaching' | 'breaching';
};

/** Every alarm of the stack. `silenceHours` says by callback how long it may be silent; a callback without hours has no such alarm. */
export const alarms = (
  stack: Stack,
  callbacks: readonly Callback[],
  silenceHours: Record<string, number>,
): Alarm[] => [
  ...ofTheStack(stack),
  ...callbacks.flatMap((callback) => ofCallback(callback, stack)),
  ...Object.entries(silenceHours).map(([callback, hours]) => silence(callback, stack, hours)),
];

const ofTheStack = (stack: Stack): Alarm[] => [
  {
    entry: 'dead-letters',
    description: `Deliveries could not be stored after five attempts and wait in the dead-letter queue; after 14 days they are gone. Find the cause in the consumer's log, then run: npm run redrive -- --stage ${stack.stage}.`,
    metric: ofQueue('DeliveriesDeadLetterQueue', 'ApproximateNumberOfMessagesVisible'),
    statistic: 'Maximum',
    periodSeconds: 60,
  },
  {
    entry: 'oldest-message',
    description:
      "Accepted callbacks have waited over five minutes to be stored; nothing is lost for four days. The consumer fails, is throttled or is too slow: look at its errors, throttles and the table's on the dashboard.",
    metric: ofQueue('DeliveriesQueue', 'ApproximateAgeOfOldestMessage'),
    statistic: 'Maximum',
    threshold: 300,
    periodSeconds: 60,
  },
  {
    entry: 'consumer-errors',
    description:
      "The consumer crashed or ran out of time; its messages come again after three minutes. Read its log and the table's throttles.",
    metric: ofFunction(stack.lambdaId('consumer'), 'Errors'),
  },
  {
    entry: 'consumer-throttles',
    description:
      "Lambda had no concurrency left for the consumer; messages wait in the queue. Raise the account's concurrent executions quota, or lower CONSUMER_CONCURRENCY.",
    metric: ofFunction(stack.lambdaId('consumer'), 'Throttles'),
  },
  {
    entry: 'iterator-age',
    description:
      "The calls are over five minutes behind the deliveries: the projector fails, is throttled or is too slow. Deliveries are safe, and the stream waits for a day. Look at its log and the calls table's throttles.",
    metric: ofFunction(stack.lambdaId('projector'), 'IteratorAge'),
    statistic: 'Maximum',
    threshold: 300_000,
    periodSeconds: 60,
  },
  {
    entry: 'projector-errors',
    description:
      'The projector crashed or ran out of time; what it had is tried again, in smaller parts. Read its log; if it began with a deploy, deploy the version before.',
    metric: ofFunction(stack.lambdaId('projector'), 'Errors'),
  },
  {
    entry: 'projector-failures',
    description: `The projector gave up a part of the stream after a day, so calls are missing or old; their deliveries are safe. Find the cause in its log, then run: npm run rebuild -- --stage ${stack.stage}.`,
    metric: ofQueue('ProjectorFailuresQueue', 'ApproximateNumberOfMessagesVisible'),
    statistic: 'Maximum',
    periodSeconds: 60,
  },
  {
    entry: 'recordings-dead-letters',
    description: `Recordings could not be archived by a fault of this stage and wait in a dead-letter queue; after 14 days they are gone. Find the cause in the archiver's log, then run: npm run redrive -- --stage ${stack.stage} --queue recordings.`,
    metric: ofQueue('RecordingsDeadLetterQueue', 'ApproximateNumberOfMessagesVisible'),
    statistic: 'Maximum',
    periodSeconds: 60,
  },
  {
    entry: 'relay-failures',
    description: `The relay gave up a part of the stream of calls after a day, so their recordings are not archived; the calls are safe. Find the cause in its log, then run: npm run archive -- --stage ${stack.stage} --since <when it began>.`,
    metric: ofQueue('RelayFailuresQueue', 'ApproximateNumberOfMessagesVisible'),
    statistic: 'Maximum',
    periodSeconds: 60,
  },
  {
    entry: 'exports-dead-letters',
    description: `Exports that readers asked for failed three times, as the readers were told; no call is lost. Find the cause in the exporter's log, then delete the messages.`,
    metric: ofQueue('ExportsDeadLetterQueue', 'ApproximateNumberOfMessagesVisible'),
    statistic: 'Maximum',
    periodSeconds: 60,
  },
  {
    entry: 'api-errors',
    description:
      'The function behind the API for reading crashed or ran out of time, so a reader got a 5xx; callbacks are received all the same. Read its log; if it began with a deploy, deploy the version before.',
    metric: ofFunction(stack.lambdaId('api'), 'Errors'),
  },
  {
    entry: 'api-throttles',
    description:
      "The API answered callbacks with 429 because more came than THROTTLE_RATE and THROTTLE_BURST allow. Providers retry a few times only: if the callers are NXCloud's, raise both and deploy.",
    metric: throttledRequests(stack),
    periodSeconds: 60,
  },
];

const ofCallback = (callback: Callback, stack: Stack): Alarm[] => {
  const { name, path } = callback;
  const lambdaId = stack.lambdaId(name);
  const own: Alarm[] = [
    {
      entry: 'unanswered',
      description: `POST ${path} was answered with a 5xx. The provider retries a few times, then the call is lost. Look for "unavailable" in the function's log and at the queue's state.`,
      metric: routed(callback, '5xx'),
    },
    {
      entry: 'errors',
      description: `The function ${name} crashed or ran out of time, so the provider got a 5xx. Read its log; if it began with a deploy, deploy the version before.`,
      metric: ofFunction(lambdaId, 'Errors'),
    },
    {
      entry: 'slow',
      description: `One in a hundred answers to ${name} took over 3 s; at 5 s the provider hangs up. Compare the function's duration with the API's latency on the dashboard: cold starts, or a slow queue.`,
      metric: routed(callback, 'Latency'),
      statistic: 'p99',
      threshold: 3000,
    },
    {
      entry: 'rejected',
      description: `Bodies of ${name} were no call of it at all: not JSON, or without an identity. They are kept for 30 days with what is wrong. Adapt the schema, deploy, then run: npm run replay -- --stage ${stack.stage} --callback ${name}.`,
      metric: counted(stack, name, 'Rejected'),
    },
    {
      entry: 'degraded',
      description: `Calls of ${name} have a field that could not be read, so it is missing in the table: the provider changed its format. The body is kept. Adapt the schema, deploy, then run: npm run rebuild -- --stage ${stack.stage}.`,
      metric: counted(stack, name, 'Degraded'),
    },
    {
      entry: 'too-large',
      description: `Bodies of ${name} over 128 KiB were refused with 413 and are not kept. Ask the provider what it sent; the limit is in shared/receiving/receiver.ts.`,
      metric: counted(stack, name, 'TooLarge'),
    },
    {
      entry: 'unauthorized',
      description: `More than ten requests to ${name} within 15 minutes had no valid token: strangers, or NXCloud after a rotation, whose callbacks are then lost. Compare the token in its settings; several digests may be valid at once.`,
      metric: counted(stack, name, 'Unauthorized'),
      threshold: 10,
      periodSeconds: 900,
    },
    {
      entry: 'forbidden',
      description: `More than ten requests to ${name} within 15 minutes came from outside ALLOWED_NETWORKS: strangers, or NXCloud from new addresses, whose callbacks are then lost. Look at their addresses in the API's access log.`,
      metric: counted(stack, name, 'Forbidden'),
      threshold: 10,
      periodSeconds: 900,
    },
    {
      entry: 'changed',
      description: `${name} sent a known call again, with another value in a field. The call has the newer one; both bodies are kept. Compare them and tell the provider.`,
      metric: counted(stack, name, 'Changed'),
    },
    {
      entry: 'throttles',
      description: `Lambda had no concurrency left for ${name}, so callbacks were refused. Raise the account's concurrent executions quota.`,
      metric: ofFunction(lambdaId, 'Throttles'),
    },
  ];
  return own
    .filter(({ entry }) => entry !== 'changed' || callback.bodies === 'versions')
    .map((alarm) => ({ ...alarm, callback: name }));
};

const HOUR = 3600;

const silence = (callback: string, stack: Stack, hours: number): Alarm => ({
  entry: 'silence',
  callback,
  description: `No callback of ${callback} was accepted for ${hours} h. Check that calls were made, that NXCloud's settings still hold the URL (npm run urls -- --stage ${stack.stage}), and the unauthorized count. ${callback.toUpperCase()}_SILENCE_HOURS sets the hours.`,
  metric: counted(stack, callback, 'Accepted'),
  comparison: 'LessThanThreshold',
  threshold: 1,
  periodSeconds: HOUR,
  periods: hours,
  // Without callbacks nothing is counted, not even a zero.
  missing: 'breaching',
});

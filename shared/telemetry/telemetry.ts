import { hash } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Message } from '../deliveries/message.ts';

const serviceName = process.env.POWERTOOLS_SERVICE_NAME ?? 'nxcloud-callbacks';

/** JSON lines. They say callback, outcome, id and issue paths; never a body, a token or a phone number. */
export const logger = new Logger({ serviceName });

/** A metric of the namespace NxcloudCallbacks, each with the dimension `callback`. */
export type Counter =
  | 'Accepted'
  | 'Rejected'
  | 'Forbidden'
  | 'Unauthorized'
  | 'TooLarge'
  | 'Unavailable'
  | 'Stored'
  | 'Duplicate'
  | 'Changed'
  | 'Failed';

/** Something to count; with the seconds from a call's end to its callback where both are known. */
export type Counted = { counter: Counter; callback: string; lagSeconds?: number | undefined };

/** Counts events: one line of metrics for each callback among them. */
export const countAll = (events: readonly Counted[]): void => {
  for (const [callback, counted] of Map.groupBy(events, (event) => event.callback)) {
    const metrics = metricsOf(callback);
    for (const { counter, lagSeconds } of counted) {
      metrics.addMetric(counter, MetricUnit.Count, 1);
      if (lagSeconds !== undefined) metrics.addMetric('DeliveryLag', MetricUnit.Seconds, lagSeconds);
    }
    // Powertools has published by itself at a hundred values.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};

const metricsByCallback = new Map<string, Metrics>();

// Kept, because making one costs as much as using it.
const metricsOf = (callback: string): Metrics => {
  const kept = metricsByCallback.get(callback);
  if (kept !== undefined) return kept;
  const metrics = new Metrics({ namespace: 'NxcloudCallbacks', serviceName });
  // A default one: it stays when Powertools publishes in between.
  metrics.setDefaultDimensions({ callback });
  metricsByCallback.set(callback, metrics);
  return metrics;
};

/** Seconds from a call's end, or from an event, to its callback. */
export const lagSeconds = (message: Message): number | undefined => {
  if ('issues' in message) return undefined;
  const happenedAt = message.record.endedAt ?? message.record.occurredAt;
  if (happenedAt === undefined) return undefined;
  return (Date.parse(message.receivedAt) - Date.parse(happenedAt)) / 1000;
};

// What may be a phone number, or a name that is one.
const PRIVATE = ['caller', 'callee', 'did', 'accessNumber', 'agentPhone', 'agentName'] as const;
const MIN_LENGTH = 5;
const NUMBER = /^[\d\s()+./-]+$/;

/** The message's `pk`; its digest where a number or a name of the call is part of it. */
export const safeId = (message: Message): string => {
  if ('issues' in message) return message.pk;
  const { record, pk } = message;
  const values = PRIVATE.map((field) => record[field] ?? '');
  const numbers = [...values, record.agentId ?? ''].filter((value) => NUMBER.test(value)).map(digitsOf);
  const tells =
    values.some((value) => value.length >= MIN_LENGTH && pk.includes(value)) ||
    // However it is written there: +852 3575-7581, 85235757581.
    numbers.some((number) => number.length >= MIN_LENGTH && digitsOf(pk).includes(number));
  return tells ? `${message.callback}#sha256:${hash('sha256', pk).slice(0, 16)}` : pk;
};

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** What went wrong, without the error's message: AWS and parsers quote what they were given. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  const { name, code, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const details = [...new Set([name, code, $metadata?.httpStatusCode])];
  return details.filter((detail) => detail !== undefined).join(' ');
};

import * as v from 'valibot';
import type { CallFilters } from '../calls/filters.ts';
import { MalformedMessage, sendable } from '../deliveries/message.ts';

/** The formats that the API exports. */
export const JOB_FORMATS = ['csv', 'xlsx'] as const;

const Job = v.object({
  id: v.pipe(v.string(), v.uuid()),
  format: v.picklist(JOB_FORMATS),
  language: v.picklist(['en', 'zh']),
  /** When it was requested: ISO 8601 UTC. */
  askedAt: v.pipe(v.string(), v.isoTimestamp()),
  filters: v.custom<CallFilters & { zone: string }>((filters) => typeof filters === 'object'),
});

/** A requested export. */
export type Job = v.InferOutput<typeof Job>;

/** The job as SQS text. */
export const serializeJob = (job: Job): string => sendable(JSON.stringify(job));

/**
 * The job of an SQS text; throws MalformedMessage, which does not repeat the text, if there is
 * none.
 */
export const deserializeJob = (text: string): Job => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Job), text);
  if (!parsed.success) throw new MalformedMessage('this is not a job of the exporter');
  return parsed.output;
};

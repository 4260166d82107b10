import type { CallItem } from '../calls/item.ts';
import { secondsBetween } from '../payload/times.ts';

type Waiting = Pick<
  CallItem,
  'answered' | 'waitSeconds' | 'queueSeconds' | 'ringSeconds' | 'queuedAt' | 'answeredAt' | 'endedAt'
>;

/**
 * How long the caller waited for an agent, in seconds, as docs/reports.md defines it; undefined if
 * the product did not say.
 */
export const waitOf = ({ answered, queuedAt, answeredAt, endedAt, ...call }: Waiting): number | undefined =>
  call.waitSeconds ??
  (answered
    ? (secondsBetween(queuedAt, answeredAt) ?? call.queueSeconds)
    : (call.queueSeconds ?? secondsBetween(queuedAt, endedAt))) ??
  call.ringSeconds;

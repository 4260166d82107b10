import type { WebhookJob } from '../shared/events/job.ts';

/** The log entry of the function `webhooks` for an event. */
export type WebhookEntry = {
  endpoint?: string;
  status?: number;
  reason?: string;
  againInSeconds?: number;
};

/**
 * `call.ended`, `pns#45`, and the endpoint that it was sent to, or why it was not and when it is
 * sent again.
 */
export const webhookLine = (
  { body }: Partial<WebhookJob>,
  { endpoint = '', status, reason, againInSeconds }: WebhookEntry,
): string[] => {
  const { type, data } = JSON.parse(body ?? '{}');
  const again = againInSeconds === undefined ? 'given up' : `again in ${againInSeconds} s`;
  const outcome =
    reason === undefined ? `sent to ${endpoint}` : `not sent to ${endpoint}: ${reason}, ${again}`;
  return [type, data?.pk, status === undefined ? outcome : `${outcome}, ${status}`];
};

import { sendable } from '../deliveries/message.ts';
import type { CallEvent } from './call-event.ts';

/** An event on its way to an endpoint; every attempt signs and sends this very text. */
export type WebhookJob = { endpoint: string; id: string; body: string };

/** The message of a job. */
export const webhookJob = (endpoint: string, event: CallEvent): string =>
  sendable(JSON.stringify({ endpoint, id: event.id, body: JSON.stringify(event) } satisfies WebhookJob));

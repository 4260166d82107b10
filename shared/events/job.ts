import { sendable } from '../deliveries/message.ts';
import type { CallEvent } from './call-event.ts';

/** An event on its way to an endpoint: its text is signed and sent as it is here, at every attempt. */
export type WebhookJob = { endpoint: string; id: string; body: string };

/** The message of a job. */
export const webhookJob = (endpoint: string, event: CallEvent): string =>
  sendable(JSON.stringify({ endpoint, id: event.id, body: JSON.stringify(event) } satisfies WebhookJob));

import { hash } from 'node:crypto';
import type { Message } from '../../shared/deliveries/message.ts';

/** A message as the Call Center receiver would send it for a call of this id. */
export const ccMessage = (id: string, body = `{"callId":"${id}"}`): Message => ({
  pk: `cc#${id}`,
  sk: 'call',
  callback: 'cc',
  id,
  receivedAt: new Date().toISOString(),
  bodyHash: hash('sha256', body),
  body,
  record: { callId: id },
});

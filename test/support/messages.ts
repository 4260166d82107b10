import { sha256 } from '../../shared/digest.ts';
import type { Message } from '../../shared/deliveries/message.ts';

/** A message as the Call Center receiver would send it for a call of this id. */
export const ccMessage = (id: string, body = `{"callId":"${id}"}`): Message => ({
  pk: `cc#${id}`,
  sk: 'call',
  callback: 'cc',
  id,
  receivedAt: new Date().toISOString(),
  bodyHash: sha256(body),
  body,
  record: { callId: id },
});

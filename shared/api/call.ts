import * as v from 'valibot';
import { openCall } from '../calls/open.ts';
import { readParameters } from '../calls/parameters.ts';
import { CallView } from '../calls/view.ts';
import { deliveryAt } from '../deliveries/read-deliveries.ts';
import { refOf } from '../deliveries/ref.ts';
import { CALL_KEY, key } from './key.ts';
import type { Route } from './route.ts';

const text = v.string();
const optionalText = v.optional(text);

const ONE = {
  pk: CALL_KEY,
  sk: v.optional(
    v.pipe(
      key(1024),
      v.description(
        'The key of one of its versions: the answer is that body, exactly as it was received. A rejected body has the `pk` `rejected#<callback>`.',
      ),
    ),
  ),
};

const OpenedCall = v.object({
  call: CallView,
  versions: v.array(
    v.object({
      receivedAt: text,
      sk: text,
      source: v.picklist(['callback', 'replay', 'list']),
      bodyHash: text,
      changed: v.pipe(v.array(text), v.description('The fields that it added or changed.')),
    }),
  ),
  events: v.array(
    v.object({
      at: optionalText,
      leg: optionalText,
      state: optionalText,
      agentId: optionalText,
      agentName: optionalText,
    }),
  ),
});
const Body = v.object({ body: text, bodyEncoding: v.optional(v.literal('base64')) });
const Opened = v.union([OpenedCall, Body]);

export const call: Route = {
  path: '/api/call',
  operation: 'openCall',
  summary: 'One call with everything that is known of it, or one of its bodies.',
  parameters: ONE,
  answer: Opened,
  notFound: 'The call or body does not exist',
  handle: async (query, { audit, abortSignal }): Promise<v.InferOutput<typeof Opened> | undefined> => {
    const { pk, sk } = readParameters(ONE, query);
    const found = await (sk === undefined ? openCall(pk, abortSignal) : bodyAt(pk, sk, abortSignal));
    if (found === undefined) return undefined;
    audit(sk === undefined ? { action: 'call', ref: refOf(pk) } : { action: 'body', ref: refOf(pk), sk });
    return found;
  },
};

/** A received body; undefined if there is none, or the item is something else. */
const bodyAt = async (
  pk: string,
  sk: string,
  abortSignal: AbortSignal,
): Promise<v.InferOutput<typeof Body> | undefined> => {
  const delivery = await deliveryAt(pk, sk, abortSignal);
  if (delivery?.body === undefined) return undefined;
  const { body } = delivery;
  return 'bodyEncoding' in delivery ? { body, bodyEncoding: delivery.bodyEncoding } : { body };
};

import * as v from 'valibot';
import { agentsOf } from '../calls/agents.ts';
import { openCall } from '../calls/open.ts';
import { FILTERS, filtersOf, PAGE, PERIOD, periodOf, readParameters } from '../calls/parameters.ts';
import { stageZone } from '../calls/period.ts';
import { queryCalls } from '../calls/query.ts';
import { CallView, listed } from '../calls/view.ts';
import { deliveryAt } from '../deliveries/read-deliveries.ts';
import { refOf } from '../deliveries/ref.ts';

/** Something that was looked at, for the log: never by a number, a name or a key. */
export type Audit = (entry: { action: 'call' | 'body'; ref: string; sk?: string }) => void;

/** A route of the API for reading. */
export type Route = {
  path: string;
  operation: string;
  summary: string;
  parameters: v.ObjectEntries;
  answer: v.GenericSchema;
  /** When there is nothing to answer with, if that can be. */
  notFound?: string;
  /** The answer; undefined if there is no such thing. Throws InvalidQuery. */
  handle: (query: URLSearchParams, context: { audit: Audit; abortSignal: AbortSignal }) => Promise<unknown>;
};

const text = v.string();
const optionalText = v.optional(text);
const count = v.pipe(v.number(), v.integer());

const Calls = v.object({
  calls: v.array(CallView),
  cursor: v.optional(v.pipe(text, v.description('Where to go on. Absent at the end.'))),
});

const calls: Route = {
  path: '/api/calls',
  operation: 'listCalls',
  summary: 'Calls, newest first. A page can be short before the end: go on as long as there is a cursor.',
  parameters: { ...FILTERS, ...PAGE },
  answer: Calls,
  handle: async (query, { abortSignal }): Promise<v.InferOutput<typeof Calls>> => {
    const { limit, cursor, ...parameters } = readParameters({ ...FILTERS, ...PAGE }, query);
    const page = await queryCalls(filtersOf(parameters), { limit, cursor, abortSignal });
    return { calls: page.calls.map(listed), cursor: page.cursor };
  },
};

const key = (maxBytes: number) =>
  v.pipe(text, v.nonEmpty('must not be empty'), v.maxBytes(maxBytes, `must have at most ${maxBytes} bytes`));

// As long as keys of DynamoDB can be.
const ONE = {
  pk: v.pipe(key(2048), v.description('The key of the call, like `pns#45`; in a URL `#` is `%23`.')),
  sk: v.optional(
    v.pipe(
      key(1024),
      v.description(
        'The key of one of its versions: answers with that body, exactly as it was received. A body that was rejected has the `pk` `rejected#<callback>`.',
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

const call: Route = {
  path: '/api/call',
  operation: 'openCall',
  summary: 'One call with all that is known of it, or one of its bodies.',
  parameters: ONE,
  answer: Opened,
  notFound: 'There is no such call or body',
  handle: async (query, { audit, abortSignal }): Promise<v.InferOutput<typeof Opened> | undefined> => {
    const { pk, sk } = readParameters(ONE, query);
    const found = await (sk === undefined ? openCall(pk, abortSignal) : bodyAt(pk, sk, abortSignal));
    if (found === undefined) return undefined;
    audit(sk === undefined ? { action: 'call', ref: refOf(pk) } : { action: 'body', ref: refOf(pk), sk });
    return found;
  },
};

/** A body that was received; undefined if there is none, or what is there is something else. */
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

const Agents = v.object({
  agents: v.array(v.object({ key: text, agentId: optionalText, agentName: optionalText, calls: count })),
});

const agents: Route = {
  path: '/api/agents',
  operation: 'listAgents',
  summary: 'The agents of the newest 20,000 calls of a period, those with most calls first.',
  parameters: PERIOD,
  answer: Agents,
  handle: async (query, { abortSignal }): Promise<v.InferOutput<typeof Agents>> => {
    const { zone = stageZone(), ...period } = readParameters(PERIOD, query);
    return { agents: await agentsOf(periodOf({ ...period, zone }), abortSignal) };
  },
};

/** The routes that read tables. */
export const routes: readonly Route[] = [calls, call, agents];

import * as v from 'valibot';
import { agentsOf } from '../calls/agents.ts';
import { openCall } from '../calls/open.ts';
import { FILTERS, filtersOf, PAGE, PERIOD, periodOf, readParameters } from '../calls/parameters.ts';
import { stageZone } from '../calls/period.ts';
import { queryCalls } from '../calls/query.ts';
import { CallView, listed } from '../calls/view.ts';
import { deliveryAt } from '../deliveries/read.ts';
import { refOf } from '../deliveries/ref.ts';

/** What was looked at, for the log: which calls, by their `ref`, and how. */
export type Audit = (action: 'call' | 'body', ref: string) => void;

/** A route of the API for reading. */
export type Route = {
  path: string;
  summary: string;
  parameters: v.ObjectEntries;
  answer: v.GenericSchema;
  /** The answer; undefined if there is no such thing. Throws InvalidQuery. */
  handle: (query: URLSearchParams, context: { audit: Audit; abortSignal: AbortSignal }) => Promise<unknown>;
};

const text = v.string();
const optionalText = v.optional(text);

const Calls = v.object({ calls: v.array(CallView), cursor: optionalText });

const calls: Route = {
  path: '/api/calls',
  summary: 'Calls, newest first. A page can be short before the end: go on as long as there is a cursor.',
  parameters: { ...FILTERS, ...PAGE },
  answer: Calls,
  handle: async (query, { abortSignal }): Promise<v.InferOutput<typeof Calls>> => {
    const { limit, cursor, ...parameters } = readParameters({ ...FILTERS, ...PAGE }, query);
    const page = await queryCalls(filtersOf(parameters), { limit, cursor, abortSignal });
    return { calls: page.calls.map(listed), cursor: page.cursor };
  },
};

const key = v.pipe(text, v.nonEmpty('must not be empty'), v.maxBytes(2048, 'must be the key of a call'));

const ONE = {
  pk: v.pipe(key, v.description('The key of the call, like `pns#45`.')),
  sk: v.optional(
    v.pipe(key, v.description('One of its versions: answers with that body as it was received.')),
  ),
};

const Opened = v.union([
  v.object({
    call: CallView,
    versions: v.array(
      v.object({ receivedAt: text, sk: text, source: text, bodyHash: text, changed: v.array(text) }),
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
  }),
  v.object({ body: text, bodyEncoding: optionalText }),
]);

const call: Route = {
  path: '/api/call',
  summary: 'One call with all that is known of it, or one of its bodies.',
  parameters: ONE,
  answer: Opened,
  handle: async (query, { audit, abortSignal }): Promise<v.InferOutput<typeof Opened> | undefined> => {
    const { pk, sk } = readParameters(ONE, query);
    if (sk === undefined) {
      const opened = await openCall(pk, abortSignal);
      if (opened) audit('call', refOf(pk));
      return opened;
    }
    const delivery = await deliveryAt(pk, sk, abortSignal);
    if (delivery === undefined) return undefined;
    audit('body', refOf(pk));
    const { body } = delivery;
    return 'bodyEncoding' in delivery ? { body, bodyEncoding: delivery.bodyEncoding } : { body };
  },
};

const Agents = v.object({
  agents: v.array(v.object({ key: text, agentId: optionalText, agentName: optionalText, calls: v.number() })),
});

const agents: Route = {
  path: '/api/agents',
  summary: 'The agents of the newest 50,000 calls of a period, for a filter.',
  parameters: PERIOD,
  answer: Agents,
  handle: async (query, { abortSignal }): Promise<v.InferOutput<typeof Agents>> => {
    const { zone = stageZone(), ...period } = readParameters(PERIOD, query);
    return { agents: await agentsOf(periodOf({ ...period, zone }), abortSignal) };
  },
};

/** The routes that need a token with the scope of the API. */
export const routes: readonly Route[] = [calls, call, agents];

import * as v from 'valibot';
import { agentsOf } from '../calls/agents.ts';
import { PERIOD, periodOf, readParameters } from '../calls/parameters.ts';
import { stageZone } from '../calls/period.ts';
import type { Route } from './route.ts';

const text = v.string();
const optionalText = v.optional(text);
const count = v.pipe(v.number(), v.integer());

const Agents = v.object({
  agents: v.array(
    v.object({
      key: text,
      agentId: optionalText,
      agentName: optionalText,
      agentNickname: optionalText,
      calls: count,
    }),
  ),
});

export const agents: Route = {
  path: '/api/agents',
  operation: 'listAgents',
  summary: 'The agents of the newest 20,000 calls of a period, most calls first.',
  parameters: PERIOD,
  answer: Agents,
  handle: async (query, { abortSignal }): Promise<v.InferOutput<typeof Agents>> => {
    const { zone = stageZone(), ...period } = readParameters(PERIOD, query);
    return { agents: await agentsOf(periodOf({ ...period, zone }), abortSignal) };
  },
};

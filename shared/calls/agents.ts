import { allCalls } from './all.ts';

/** An agent who had calls. */
export type Agent = {
  key: string;
  agentId?: string | undefined;
  agentName?: string | undefined;
  agentNickname?: string | undefined;
  calls: number;
};

const MAX_CALLS = 20_000;

/** The agents of the newest 20,000 calls of a period, those with the most calls first. */
export const agentsOf = async (
  period: { from: string; to: string | undefined },
  abortSignal: AbortSignal,
): Promise<Agent[]> => {
  const agents = new Map<string, Agent>();
  let read = 0;
  for await (const { agentKey, agentId, agentName, agentNickname } of allCalls(period, abortSignal)) {
    if (++read > MAX_CALLS) break;
    if (agentKey === undefined) continue;
    const known = agents.get(agentKey);
    // The newest call comes first, and has the present name.
    if (known === undefined)
      agents.set(agentKey, { key: agentKey, agentId, agentName, agentNickname, calls: 1 });
    else known.calls++;
  }
  return [...agents.values()].sort((a, b) => b.calls - a.calls || (a.key < b.key ? -1 : 1));
};

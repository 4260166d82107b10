/** An agent's fields in a call, a row of a report or the list of agents. */
type Agent = {
  agentNickname?: string | undefined;
  agentName?: string | undefined;
  agentId?: string | undefined;
  agentPhone?: string | undefined;
};

/** An agent's display name: the nickname, because the name is often an e-mail address. */
export const agentOf = ({ agentNickname, agentName, agentId, agentPhone }: Agent): string | undefined =>
  agentNickname ?? agentName ?? agentId ?? agentPhone;

const names = new Map<string, string>();

/** Keeps the names of agents by their keys, for filters. */
export const rememberAgents = (agents: readonly (Agent & { key: string })[]): void => {
  for (const agent of agents) names.set(agent.key, agentOf(agent) ?? bareKey(agent.key));
};

/**
 * The name of the agent with a key, `id:4711`, if the agent was listed; else the key's own part.
 */
export const agentOfKey = (key: string): string => names.get(key) ?? bareKey(key);

const bareKey = (key: string): string => key.replace(/^(id|name|phone):/, '');

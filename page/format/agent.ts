/** What is told of an agent, by a call, a row of a report or the list of agents. */
type Agent = {
  agentNickname?: string | undefined;
  agentName?: string | undefined;
  agentId?: string | undefined;
  agentPhone?: string | undefined;
};

/** What an agent is called in every view: the nickname, since the name is often an e-mail address. */
export const agentOf = ({ agentNickname, agentName, agentId, agentPhone }: Agent): string | undefined =>
  agentNickname ?? agentName ?? agentId ?? agentPhone;

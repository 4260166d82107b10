import type { CallView } from '../../shared/calls/view.ts';

/** What the agent of a call is called, as far as it is told. */
export const agentOf = ({ agentNickname, agentName, agentId, agentPhone }: CallView): string | undefined =>
  agentNickname ?? agentName ?? agentId ?? agentPhone;

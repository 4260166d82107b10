import { userInfo } from 'node:os';
import type { Stage } from '../stage.ts';

/** Who runs a command: whom they name, else whose AWS credentials they have, and the user of this machine. */
export const identityOf = async (
  { stage }: { stage: string },
  { sqs }: Pick<Stage, 'sqs'>,
  named: string | undefined,
): Promise<string> => {
  const user = `${userInfo().username} of this machine`;
  if (named !== undefined) return `${named} (${user})`;
  if (stage === 'local') return user;
  // CloudTrail names whoever has this key.
  const { accessKeyId, accountId } = await sqs.config.credentials();
  const account = accountId === undefined ? '' : ` in account ${accountId}`;
  return `AWS access key ${accessKeyId}${account} (${user})`;
};

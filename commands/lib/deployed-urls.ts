import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { urlsOf } from '../../infrastructure/outputs.ts';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';
import { stackName } from './settings.ts';

/** The URLs of a stage's callbacks, by callback; throws a CommandError if it cannot find them. */
export const deployedUrls = async (
  stage: string,
  region: string,
  abortSignal?: AbortSignal,
): Promise<Record<string, string>> => {
  const cloudFormation = new CloudFormationClient({ region });
  const command = new DescribeStacksCommand({ StackName: stackName(stage) });
  try {
    const { Stacks = [] } = await cloudFormation.send(command, abortSignal ? { abortSignal } : {});
    return urlsOf(Stacks[0]?.Outputs ?? []);
  } catch (error) {
    throw explain(error as Error, stage, region);
  }
};

/** The error as what to do about it. */
const explain = (error: Error, stage: string, region: string): Error => {
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (error.message.includes('does not exist')) {
    return new CommandError(
      `Stage ${stage} is not deployed in ${region}: give another --region, or deploy it with "npm run deploy -- --stage ${stage}".`,
    );
  }
  return new CommandError(`CloudFormation in ${region}: ${error.message || error.name}`);
};

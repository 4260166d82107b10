import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type StackOutput, urlsOf } from '../../infrastructure/outputs.ts';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';
import { stackName } from './settings.ts';

/**
 * The URLs of a stage's callbacks, by callback; throws a CommandError if the stage cannot be read.
 */
export const deployedUrls = async (
  ...place: Parameters<typeof deployedOutputs>
): Promise<Record<string, string>> => urlsOf(await deployedOutputs(...place));

/** The outputs of a stage's stack; throws a CommandError if the stage cannot be read. */
export const deployedOutputs = async (
  stage: string,
  region: string,
  abortSignal?: AbortSignal,
): Promise<readonly StackOutput[]> => {
  const cloudFormation = new CloudFormationClient({ region });
  const command = new DescribeStacksCommand({ StackName: stackName(stage) });
  try {
    const { Stacks = [] } = await cloudFormation.send(command, abortSignal ? { abortSignal } : {});
    return Stacks[0]?.Outputs ?? [];
  } catch (error) {
    throw explain(error as Error, stage, region);
  }
};

/** The error as an instruction. */
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

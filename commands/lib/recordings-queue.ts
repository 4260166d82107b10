import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { CommandError } from './command-error.ts';
import { stackName } from './settings.ts';
import type { Stage } from './stage.ts';

/**
 * Configures the functions' code to send requests to a stage's archiver, beside what `enterStage`
 * does. Throws a CommandError if the stage has none.
 */
export const enterRecordings = async ({ stage }: { stage: string }, { sqs }: Stage): Promise<void> => {
  try {
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: `${stackName(stage)}-recordings` }),
    );
    process.env.RECORDINGS_QUEUE_URL = QueueUrl;
  } catch (error) {
    if ((error as Error).name !== 'QueueDoesNotExist') throw error;
    throw new CommandError(
      `Stage ${stage} was deployed before it could archive recordings: deploy it again with "npm run deploy -- --stage ${stage}".`,
    );
  }
};

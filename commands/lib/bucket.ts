import { CommandError } from './command-error.ts';
import { deployedOutputs } from './deployed-outputs.ts';
import { stackName } from './settings.ts';

type Place = { stage: string; region: string; signal?: AbortSignal };

/**
 * Configures the functions' code for a stage's bucket, as `enterStage` does for its tables. Throws
 * a CommandError if there is none.
 */
export const enterBucket = async (place: Place): Promise<void> => {
  process.env.FILES_BUCKET = await bucketOf(place);
};

const bucketOf = async ({ stage, region, signal }: Place): Promise<string> => {
  if (stage === 'local') return stackName(stage);
  const outputs = await deployedOutputs(stage, region, signal);
  const name = outputs.find(({ OutputKey }) => OutputKey === 'FilesBucketName')?.OutputValue;
  if (name !== undefined) return name;
  throw new CommandError(
    `Stage ${stage} was deployed before it had a bucket: deploy it again with "npm run deploy -- --stage ${stage}".`,
  );
};

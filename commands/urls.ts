import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { urlLines, urlsOf } from '../deploy/outputs.ts';
import { loadSettings, regionOf, stackName } from './settings.ts';

const USAGE = 'Usage: npm run urls -- --stage <stage> [--region <region>]';

const localUrls = (): Record<string, string> => {
  const callbacks = readdirSync(join(import.meta.dirname, '..', 'functions'))
    .map((file) => file.replace('.ts', ''))
    .filter((name) => name !== 'consumer');
  const port = process.env.HTTP_PORT ?? '3000';
  return Object.fromEntries(callbacks.map((name) => [name, `http://127.0.0.1:${port}/${name}/callback`]));
};

const deployedUrls = async (stage: string, region: string): Promise<Record<string, string>> => {
  const cloudFormation = new CloudFormationClient({ region });
  const StackName = stackName(stage);
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return urlsOf(Stacks[0]?.Outputs ?? []);
  } catch (error) {
    throw explain(error as Error, stage, region);
  }
};

/** The error as what to do about it. */
const explain = (error: Error, stage: string, region: string): Error => {
  if (error.name === 'CredentialsProviderError') {
    return new Error(
      'There are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  if (error.message.includes('does not exist')) {
    return new Error(
      `Stage ${stage} is not deployed in ${region}: give another --region, or deploy it with "npm run deploy -- --stage ${stage}".`,
    );
  }
  return new Error(`CloudFormation in ${region}: ${error.message || error.name}`);
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { stage: { type: 'string' }, region: { type: 'string' } } });
  const { stage } = values;
  if (!stage) throw new Error(USAGE);
  loadSettings(stage);
  const urls = stage === 'local' ? localUrls() : await deployedUrls(stage, regionOf(values.region));
  const lines = urlLines(urls);
  if (lines.length === 0) throw new Error(`Stage ${stage} has no URLs yet: is its deployment complete?`);
  process.stdout.write(
    `${lines.join('\n')}\n\nCall Center sends its token as a header; to the others append ?token=<token>.\n`,
  );
};

main().catch((error: Error) => {
  process.exitCode = 1;
  process.stderr.write(`${error.message}\n`);
});

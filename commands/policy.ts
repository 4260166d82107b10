import { deployPolicy } from '../infrastructure/deploy-policy.ts';
import { type Invocation, type Result, runCommand, say } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { packagedTemplate } from './lib/packaged.ts';
import { stackName } from './lib/settings.ts';

const USAGE = `Usage: npm run policy -- --stage <stage>

Prints the IAM policy that deploying and removing a stage needs, made from the stage's template.
With "npm run -s" it prints nothing else.
`;

const policy = async ({ stage, region }: Invocation): Promise<Result | undefined> => {
  if (stage === 'local') throw new CommandError('Name the stage to deploy, like --stage prod.');
  const template = await packagedTemplate(stage, region);
  say(JSON.stringify(deployPolicy(template, { stack: stackName(stage), region }), undefined, 2));
  return undefined;
};

await runCommand({ usage: USAGE, printsFile: () => true, run: policy });

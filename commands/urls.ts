import { urlLines } from '../infrastructure/outputs.ts';
import { portsFrom } from '../infrastructure/ports.ts';
import { callbacks } from '../shared/callbacks/list.ts';
import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { deployedUrls } from './lib/deployed-outputs.ts';

const USAGE = `Usage: npm run urls -- [--stage <stage>]

Prints the URLs to paste into NXCloud.
`;

const urls = async ({ stage, region }: Invocation): Promise<Result> => {
  if (stage === 'local') return { text: urlLines(localUrls()).join('\n'), data: { urls: localUrls() } };
  const found = await deployedUrls(stage, region);
  const lines = urlLines(found);
  if (lines.length === 0)
    throw new CommandError(`Stage ${stage} has no URLs yet: its deployment is not complete.`);
  const hint = 'Call Center sends its token in a header. To the other URLs, append ?token=<token>.';
  return { text: [...lines, '', hint].join('\n'), data: { urls: found } };
};

const localUrls = (): Record<string, string> => {
  const { http: port } = portsFrom(process.env);
  return Object.fromEntries(
    callbacks.map(({ name, path }) => [name, `http://127.0.0.1:${port}${path}?token=local`]),
  );
};

await runCommand({ usage: USAGE, run: urls });

import { parseArgs } from 'node:util';
import { urlLines } from '../infrastructure/outputs.ts';
import { portsFrom } from '../infrastructure/ports.ts';
import { callbacks } from '../shared/callbacks/list.ts';
import { CommandError, runCommand, say } from './lib/command.ts';
import { deployedUrls } from './lib/deployed-urls.ts';
import { loadSettings, regionOf } from './lib/settings.ts';

const USAGE = 'Usage: npm run urls -- --stage <stage> [--region <region>]';

const localUrls = (): Record<string, string> => {
  const { http: port } = portsFrom(process.env);
  return Object.fromEntries(
    callbacks.map(({ name, path }) => [name, `http://127.0.0.1:${port}${path}?token=local`]),
  );
};

const urls = async (): Promise<void> => {
  const { values } = parseArgs({ options: { stage: { type: 'string' }, region: { type: 'string' } } });
  const { stage } = values;
  if (!stage) throw new CommandError(USAGE);
  loadSettings(stage);
  const found = stage === 'local' ? localUrls() : await deployedUrls(stage, regionOf(values.region));
  const lines = urlLines(found);
  if (lines.length === 0)
    throw new CommandError(`Stage ${stage} has no URLs yet: is its deployment complete?`);
  say(lines.join('\n'));
  if (stage !== 'local')
    say('\nCall Center sends its token as a header; to the others append ?token=<token>.');
};

await runCommand(urls, USAGE);

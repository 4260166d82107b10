import { hash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { chooseCallbacks } from './lib/callbacks.ts';
import { CommandError, runCommand, say } from './lib/command.ts';
import { deployedUrls } from './lib/deployed-urls.ts';
import { loadSettings, regionOf } from './lib/settings.ts';

const USAGE = `Usage: npm run token -- --callback <callback> --stage <stage> [--region <region>]

Makes a new token for a callback. Only its digest is ever deployed.`;

const BYTES = 24;
const LOOK_UP_MS = 3_000;

const token = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { callback: { type: 'string' }, stage: { type: 'string' }, region: { type: 'string' } },
  });
  const { callback, stage } = values;
  if (!callback || !stage) throw new CommandError(USAGE);
  const [chosen] = chooseCallbacks(callback);
  if (stage === 'local') throw new CommandError('On stage local the token of every callback is "local".');

  loadSettings(stage);
  const url = await urlOf(callback, stage, regionOf(values.region));
  const made = randomBytes(BYTES).toString('base64url');
  say(`Token of ${callback} on stage ${stage}, shown only now:

  ${made}

1. Put its digest into .env.${stage} (or the environment of the deployment). To rotate without losing a call, append it to
   the one that is there, separated by a comma, and take the old one out when NXCloud uses the new one:

  ${chosen.tokenVariable}=${hash('sha256', made)}

2. npm run deploy -- --stage ${stage}

3. Paste this URL into NXCloud${url ? '' : `, with the URL of ${callback} that the deployment prints`}:

  ${url ?? `<URL of ${callback}>`}?token=${made}

   Where NXCloud asks for a token beside the URL (Call Center does), paste the URL alone and give it the token.`);
};

/** The callback's URL, where the stage is deployed already. */
const urlOf = async (callback: string, stage: string, region: string): Promise<string | undefined> => {
  try {
    const urls = await deployedUrls(stage, region, AbortSignal.timeout(LOOK_UP_MS));
    return urls[callback];
  } catch (error) {
    // No stage yet, or nobody who may look: a token is made without as well.
    if (error instanceof CommandError) return undefined;
    throw error;
  }
};

await runCommand(token, USAGE);

import { hash, randomBytes } from 'node:crypto';
import { chooseCallbacks } from './lib/callbacks.ts';
import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { deployedUrls } from './lib/deployed-outputs.ts';

const USAGE = `Usage: npm run token -- --callback <callback> --stage <stage>

Makes a new token for a callback. Only its digest is ever deployed.

  --callback <name>  the callback that the token is for
`;

const OPTIONS = { callback: { type: 'string' } } as const;

const BYTES = 24;
const LOOK_UP_MS = 3_000;

const token = async ({ stage, region, values }: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { callback } = values;
  if (!callback) throw new CommandError(USAGE);
  const [{ tokenVariable }] = chooseCallbacks(callback);
  if (stage === 'local') {
    throw new CommandError(
      'On stage local the token of every callback is "local". Name the stage of the token with --stage.',
    );
  }
  const url = await urlOf(callback, stage, region);
  const made = randomBytes(BYTES).toString('base64url');
  const digest = hash('sha256', made);
  const text = `Token of ${callback} on stage ${stage}, shown only now:

  ${made}

1. Put its digest into .env.${stage}, or into the environment of the deployment. To rotate without losing a
   call, append it to the old digest after a comma, and remove the old one once NXCloud uses the new token:

  ${tokenVariable}=${digest}

2. npm run deploy -- --stage ${stage}

3. Paste this URL into NXCloud${url ? '' : `, with the URL of ${callback} that the deployment prints`}:

  ${url ?? `<URL of ${callback}>`}?token=${made}

   If NXCloud has a separate field for the token, as Call Center does, paste the URL without ?token=… and
   put the token there.`;
  return { text, data: { callback, token: made, [tokenVariable]: digest, url } };
};

/** The callback's URL, if the stage is deployed. */
const urlOf = async (callback: string, stage: string, region: string): Promise<string | undefined> => {
  try {
    const urls = await deployedUrls(stage, region, AbortSignal.timeout(LOOK_UP_MS));
    return urls[callback];
  } catch (error) {
    // The stage does not exist yet, or may not be read: making a token needs neither.
    if (error instanceof CommandError) return undefined;
    throw error;
  }
};

await runCommand({ usage: USAGE, options: OPTIONS, run: token });

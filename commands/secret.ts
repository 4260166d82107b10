import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { keepNxcloudSecret } from './lib/secret/nxcloud.ts';
import { makeWebhookSecret } from './lib/secret/webhook.ts';

const USAGE = `Usage: npm run secret -- --stage <stage> webhook [--finish]
       npm run secret -- --stage <stage> nxcloud

webhook  Makes the secret that signs the webhooks of a stage, and prints it once. If there is one
         already, makes another and signs with both until --finish drops the old one.
nxcloud  Stores the secret of NXCLOUD_ACCESS_KEY, encrypted, in place of an earlier one. Asks for it
         without showing what is typed, or reads it from standard input:
         npm run secret -- --stage prod nxcloud < file

  --finish           sign with the new secret of webhooks only, once every endpoint has it
`;

const OPTIONS = { finish: { type: 'boolean', default: false } } as const;

const secret = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { positionals, values } = invocation;
  const [what, ...others] = positionals;
  if (others.length === 0 && what === 'webhook') return makeWebhookSecret(invocation, values.finish);
  if (others.length === 0 && what === 'nxcloud' && !values.finish) return keepNxcloudSecret(invocation);
  throw new CommandError(USAGE);
};

await runCommand({ usage: USAGE, options: OPTIONS, takesPositionals: true, run: secret });

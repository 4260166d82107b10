import { nxcloudSecretName } from '../../../shared/reconciliation/secret-name.ts';
import type { Invocation, Result } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { readHidden } from '../hidden-input.ts';
import { parameterAt } from '../parameter.ts';

/** Keeps the secret that NXCloud gave, for the reconciler and the commands of a stage. */
export const keepNxcloudSecret = async ({
  stage,
  region,
  signal,
}: Pick<Invocation, 'stage' | 'region' | 'signal'>): Promise<Result> => {
  if (stage === 'local') throw new CommandError(NOT_KEPT);
  const secret = (await readHidden(`Secret of NXCloud for stage ${stage}: `, signal)).trim();
  const problem = problemOf(secret, process.env.NXCLOUD_ACCESS_KEY);
  if (problem) throw new CommandError(`${problem} Nothing was kept.`);
  const parameter = parameterAt(nxcloudSecretName(stage), region);
  const isFirst = (await parameter.read()) === undefined;
  await parameter.write(secret, { isFirst });
  return { text: said(stage, isFirst), data: { replaced: !isFirst } };
};

const NOT_KEPT =
  'Stage local stores no secret: NXCLOUD_SECRET sets it, as in "NXCLOUD_ACCESS_KEY=… NXCLOUD_SECRET=… npm run reconcile".';

/** What is obviously wrong with a secret; never the secret itself. */
const problemOf = (secret: string, accessKey: string | undefined): string | undefined => {
  if (secret === '') return 'No secret was given.';
  if (secret === accessKey) return 'That is NXCLOUD_ACCESS_KEY. Give the secret that NXCloud shows with it.';
  if (secret.startsWith('whsec_')) return 'That is a secret of webhooks. Give the one from NXCloud.';
  if (/^[!-~]{8,200}$/.test(secret) && !/^[<"'].*[>"']$/.test(secret)) return undefined;
  return `That is not a secret of NXCloud: it has ${secret.length} characters, and must have 8 to 200 letters, digits and signs, without spaces or quotes.`;
};

const said = (stage: string, isFirst: boolean): string =>
  `${isFirst ? 'Kept' : 'Replaced'} the secret of NXCloud for stage ${stage}. It is used within a minute.

Try it, changing nothing:

  npm run reconcile -- --stage ${stage} --from <date> --dry-run

Set NXCLOUD_ACCESS_KEY in .env.${stage} and deploy the stage to compare by a schedule. To replace the secret, run this again.`;

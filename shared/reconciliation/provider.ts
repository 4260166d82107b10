import type { OpenPlatformOptions } from '../nxcloud/open-platform.ts';
import { Unlisted } from '../nxcloud/unlisted.ts';
import { secretAt } from '../secrets/parameter.ts';
import { nxcloudSecretName } from './secret-name.ts';

/** Whom to ask for the list, and as whom. */
export type Provider = Pick<OpenPlatformOptions, 'gateway' | 'accessKey' | 'accessSecret' | 'takesLoopback'>;

const GATEWAY = 'https://api-hk.nxlink.ai';

/**
 * How a stage asks for NXCloud's list: as `NXCLOUD_ACCESS_KEY`, at `NXCLOUD_GATEWAY`, with the secret in the stage's parameter of
 * SSM, on stage local with `NXCLOUD_SECRET`. Rejects with Unlisted if it has no key or no secret.
 */
export const providerOf = async (stage: string): Promise<Provider> => {
  const { NXCLOUD_ACCESS_KEY: accessKey, NXCLOUD_GATEWAY, NXCLOUD_SECRET } = process.env;
  const takesLoopback = stage === 'local';
  if (!accessKey) throw new Unlisted(takesLoopback ? SET_HERE : setFor(stage), { isFinal: true });
  const accessSecret = takesLoopback ? NXCLOUD_SECRET : await secretAt(nxcloudSecretName(stage));
  if (!accessSecret) throw new Unlisted(takesLoopback ? SET_HERE : keepFor(stage), { isFinal: true });
  return { gateway: NXCLOUD_GATEWAY || GATEWAY, accessKey, accessSecret, takesLoopback };
};

const SET_HERE = 'NXCLOUD_ACCESS_KEY and NXCLOUD_SECRET are needed: set both in the environment.';
const setFor = (stage: string) =>
  `NXCLOUD_ACCESS_KEY is missing: set it in .env.${stage} to the access key that NXCloud gave you.`;
const keepFor = (stage: string) =>
  `There is no secret to NXCLOUD_ACCESS_KEY: keep it with "npm run secret -- --stage ${stage} nxcloud".`;

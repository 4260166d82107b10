import { randomBytes } from 'node:crypto';
import { webhookSecretName } from '../../../shared/events/secret-name.ts';
import type { Invocation, Result } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { type Parameter, parameterAt } from '../parameter.ts';

const BYTES = 32;

/** Makes a secret of webhooks, or finishes a rotation. */
export const makeWebhookSecret = async (
  { stage, region }: Pick<Invocation, 'stage' | 'region'>,
  isFinish: boolean,
): Promise<Result> => {
  if (stage === 'local') return ofThisMachine(isFinish);
  const parameter = parameterAt(webhookSecretName(stage), region);
  const secrets = ((await parameter.read()) ?? '').split(',').filter(Boolean);
  return isFinish ? finish(stage, parameter, secrets) : make(stage, parameter, secrets);
};

const makeSecret = (): string => `whsec_${randomBytes(BYTES).toString('base64')}`;

const ofThisMachine = (isFinish: boolean): Result => {
  if (isFinish) throw new CommandError('Stage local stores no secret: WEBHOOK_SECRET sets it.');
  const made = makeSecret();
  const text = `A secret for stage local, which stores none:

  WEBHOOK_URLS=http://127.0.0.1:9000/hook WEBHOOK_SECRET=${made} npm start`;
  return { text, data: { secret: made } };
};

const make = async (stage: string, parameter: Parameter, secrets: string[]): Promise<Result> => {
  const [current, former] = secrets;
  if (former !== undefined) {
    throw new CommandError(
      `Stage ${stage} already signs with two secrets. Once every endpoint has the new one, run: npm run secret -- --stage ${stage} webhook --finish`,
    );
  }
  const made = makeSecret();
  await parameter.write([made, current].filter(Boolean).join(','), { isFirst: current === undefined });
  const next =
    current === undefined
      ? `Give it to every endpoint of WEBHOOK_URLS, and deploy the stage if they are new:

  npm run deploy -- --stage ${stage}`
      : `Within a minute, events are signed with both the new and the old secret. Give the new one to every endpoint, then run:

  npm run secret -- --stage ${stage} webhook --finish`;
  const text = `Secret of the webhooks of stage ${stage}, shown only now:

  ${made}

${next}`;
  return { text, data: { secret: made, secrets: secrets.length + 1 } };
};

const finish = async (stage: string, parameter: Parameter, secrets: string[]): Promise<Result> => {
  const [current, former] = secrets;
  if (current === undefined || former === undefined) {
    const has = current === undefined ? 'has no secret yet' : 'signs with one secret only';
    throw new CommandError(`Stage ${stage} ${has}: there is nothing to finish.`);
  }
  await parameter.write(current, { isFirst: false });
  const text = 'The old secret is dropped. Within a minute, events are signed with the new one only.';
  return { text, data: { secrets: 1 } };
};

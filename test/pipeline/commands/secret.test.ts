import { clearCaches } from '@aws-lambda-powertools/parameters';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signingSecrets } from '../../../shared/events/secrets.ts';
import { secretsOf, signatureHeaders } from '../../../shared/events/sign.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { type ParameterStore, startParameterStore } from '../../support/parameter-store.ts';
import { plainEnvironment } from '../../support/run.ts';

const NAME = '/nxcloud-callbacks/prod/webhook-secret';

let store: ParameterStore;
beforeAll(async () => {
  store = await startParameterStore();
});
afterAll(() => store.stop());
beforeEach(() => store.parameters.clear());

const secret = (args: string[], env: Record<string, string> = {}) =>
  finish(
    start('secret', args, {
      env: plainEnvironment({
        AWS_ENDPOINT_URL_SSM: store.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: 'eu-central-1',
        ...env,
      }),
    }),
  );
const ofProd = (...more: string[]) => secret(['--stage', 'prod', 'webhook', ...more]);

const kept = () => store.parameters.get(NAME)?.Value.split(',') ?? [];
const printed = ({ output }: { output: string }) => output.match(/whsec_\S+/g) ?? [];

test('the first secret is stored encrypted, is as long as Standard Webhooks requires, and is shown once', async () => {
  const first = await ofProd();

  expect(first.code).toBe(0);
  expect(first.output).toContain('Secret of the webhooks of stage prod, shown only now:');
  expect(printed(first)).toEqual(kept());
  expect(store.parameters.get(NAME)?.Type).toBe('SecureString');
  const [made = ''] = kept();
  const bytes = Buffer.from(made.replace('whsec_', ''), 'base64').length;
  expect(bytes).toBeGreaterThanOrEqual(24);
  expect(bytes).toBeLessThanOrEqual(64);
});

test('a rotation signs with both, the new one first, until it is finished', async () => {
  const [old = ''] = printed(await ofProd());
  const rotation = await ofProd();
  const [fresh = ''] = printed(rotation);

  expect(printed(rotation)).toEqual([fresh]);
  expect(kept()).toEqual([fresh, old]);
  const headers = signatureHeaders('evt_1', '{}', secretsOf(kept().join()), new Date());
  for (const one of [fresh, old]) expect(new Webhook(one).verify('{}', headers)).toEqual({});
  expect(rotation.output).toContain('npm run secret -- --stage prod webhook --finish');

  const { code, output } = await ofProd('--finish');
  expect(code).toBe(0);
  expect(output).toContain('The old secret is dropped');
  expect(output).not.toContain('whsec_');
  expect(kept()).toEqual([fresh]);
});

test('a second rotation is refused before the first is finished, and changes nothing', async () => {
  await ofProd();
  await ofProd();
  const before = kept();
  const { code, errors } = await ofProd();

  expect(code).toBe(1);
  expect(errors).toContain('Stage prod already signs with two secrets.');
  expect(kept()).toEqual(before);
});

test('there is nothing to finish without a rotation', async () => {
  expect((await ofProd('--finish')).errors).toBe(
    'Stage prod has no secret yet: there is nothing to finish.\n',
  );
  await ofProd();
  const before = kept();
  expect((await ofProd('--finish')).errors).toBe(
    'Stage prod signs with one secret only: there is nothing to finish.\n',
  );
  expect(kept()).toEqual(before);
});

test('stage local gets one for WEBHOOK_SECRET, without a request to AWS', async () => {
  store.calls.length = 0;
  const { code, output } = await secret(['webhook']);

  expect(code).toBe(0);
  expect(output).toMatch(
    new RegExp(
      `^${LOCAL}.*WEBHOOK_URLS=http://127.0.0.1:9000/hook WEBHOOK_SECRET=whsec_\\S+ npm start\\n$`,
      's',
    ),
  );
  expect(store.calls).toEqual([]);
});

test('--json has the new secret for a program', async () => {
  const { output } = await ofProd('--json');

  expect(JSON.parse(output)).toEqual({ stage: 'prod', secret: kept()[0], secrets: 1 });
});

test.each([[[]], [['token']], [['webhook', 'webhook']]])('prints its usage given %j', async (args) => {
  const { code, errors } = await secret(['--stage', 'prod', ...args]);

  expect(code).toBe(1);
  expect(errors).toMatch(/^Usage: npm run secret -- --stage <stage> webhook/);
});

test('without credentials it says so', async () => {
  const { code, errors } = await secret(['--stage', 'prod', 'webhook'], {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  });

  expect(code).toBe(1);
  expect(errors).toContain('There are no AWS credentials');
});

describe('the function that sends webhooks', () => {
  beforeEach(() => {
    clearCaches();
    Object.assign(process.env, { AWS_ENDPOINT_URL_SSM: store.endpoint, STAGE: 'prod', WEBHOOK_SECRET: '' });
  });

  test('signs with the new secret, and reads it again from time to time', async () => {
    await ofProd();
    await ofProd();
    store.calls.length = 0;

    expect(await signingSecrets()).toEqual(kept());
    expect(await signingSecrets()).toEqual(kept());
    expect(store.calls).toEqual(['AmazonSSM.GetParameter']);
  });

  test('says that there is none', async () => {
    await expect(signingSecrets()).rejects.toMatchObject({
      name: expect.stringContaining('no secret to sign with'),
    });
  });
});

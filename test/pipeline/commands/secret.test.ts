import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { clearCaches } from '@aws-lambda-powertools/parameters';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { signingSecrets } from '../../../shared/events/secrets.ts';
import { secretsOf, signatureHeaders } from '../../../shared/events/sign.ts';
import { providerOf } from '../../../shared/reconciliation/provider.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { type ParameterStore, startParameterStore } from '../../support/parameter-store.ts';
import { plainEnvironment, ROOT } from '../../support/run.ts';

const NAME = '/nxcloud-callbacks/prod/webhook-secret';

let store: ParameterStore;
beforeAll(async () => {
  store = await startParameterStore();
});
afterAll(() => store.stop());
beforeEach(() => store.parameters.clear());

const environment = (env: Record<string, string> = {}) =>
  plainEnvironment({
    AWS_ENDPOINT_URL_SSM: store.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-central-1',
    ...env,
  });

const secret = (args: string[], env: Record<string, string> = {}, input = '') => {
  const child = start('secret', args, { env: environment(env) });
  child.stdin.end(input);
  return finish(child);
};
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

test.each([[[]], [['token']], [['webhook', 'webhook']], [['nxcloud', '--finish']]])(
  'prints its usage given %j',
  async (args) => {
    const { code, errors } = await secret(['--stage', 'prod', ...args]);

    expect(code).toBe(1);
    expect(errors).toMatch(/^Usage: npm run secret -- --stage <stage> webhook/);
  },
);

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

describe('the secret that NXCloud gave', () => {
  const OF_NXCLOUD = '/nxcloud-callbacks/prod/nxcloud-secret';
  const GIVEN = 'abciiiko2k3';
  const keep = (input: string, env: Record<string, string> = {}) =>
    secret(['--stage', 'prod', 'nxcloud'], env, input);

  test('is kept encrypted, replaced by running it again, and never printed', async () => {
    const first = await keep(`${GIVEN}\r\n`);
    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(first.output).toContain('Kept the secret of NXCloud for stage prod.');
    expect(first.output).toContain('To replace the secret, run this again.');
    expect(store.parameters.get(OF_NXCLOUD)).toEqual({ Value: GIVEN, Type: 'SecureString' });

    const second = await keep('another-2k3');
    expect(second.output).toContain('Replaced the secret of NXCloud for stage prod.');
    expect(store.parameters.get(OF_NXCLOUD)?.Value).toBe('another-2k3');
    expect(first.output + second.output).not.toMatch(/abciiiko|another-2k3/);
    expect(JSON.parse((await secret(['--stage', 'prod', 'nxcloud', '--json'], {}, GIVEN)).output)).toEqual({
      stage: 'prod',
      replaced: true,
    });
  });

  test.each([
    ['nothing', '\n', 'No secret was given.'],
    ['less than a secret has', 'abc', 'it has 3 characters'],
    ['a sentence', 'the secret is abciiiko2k3', 'without spaces'],
    ['what stands for it', '<accessSecret>', 'without spaces or quotes'],
    ['the access key', 'AK0a1b2c3d', 'That is NXCLOUD_ACCESS_KEY'],
    ['a secret of webhooks', `whsec_${'a'.repeat(44)}`, 'That is a secret of webhooks'],
    ['a file', `${'a'.repeat(80)}\n`.repeat(40), 'it has 3239 characters'],
  ])('is not %s, which is refused and changes nothing', async (_, input, problem) => {
    await keep(GIVEN);
    const { code, errors, output } = await keep(input, { NXCLOUD_ACCESS_KEY: 'AK0a1b2c3d' });

    expect(code).toBe(1);
    expect(errors).toContain(problem);
    expect(errors).toMatch(/Nothing was kept\.\n$/);
    if (input.length > 4) expect(errors + output).not.toContain(input.trim());
    expect(store.parameters.get(OF_NXCLOUD)?.Value).toBe(GIVEN);
  });

  test('is not kept for stage local, which is told it by its environment', async () => {
    store.calls.length = 0;
    const { code, errors } = await secret(['nxcloud'], {}, GIVEN);

    expect(code).toBe(1);
    expect(errors).toContain('NXCLOUD_ACCESS_KEY=… NXCLOUD_SECRET=… npm run reconcile');
    expect(store.calls).toEqual([]);
  });

  const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

  describe.skipIf(!hasTerminal)('at a terminal', () => {
    const type = async (keys: string) => {
      const command = `${process.execPath} commands/secret.ts --stage prod nxcloud`;
      const terminal = spawn('script', ['-qefc', command, '/dev/null'], { cwd: ROOT, env: environment() });
      let shown = '';
      terminal.stdout.on('data', (chunk) => {
        shown += chunk;
      });
      const exit = once(terminal, 'exit');
      await vi.waitUntil(() => shown.includes('Secret of NXCloud for stage prod: '), { timeout: 60_000 });
      terminal.stdin.write(keys);
      const [code] = await exit;
      return { code, shown };
    };

    test('is typed unseen', async () => {
      const { code, shown } = await type(`${GIVEN}\r`);

      expect(code).toBe(0);
      expect(shown).toContain('Kept the secret of NXCloud');
      expect(shown).not.toContain(GIVEN.slice(0, 3));
      expect(store.parameters.get(OF_NXCLOUD)?.Value).toBe(GIVEN);
    });

    test.each([
      ['Ctrl-C', 'abc\u0003'],
      ['Ctrl-D', '\u0004'],
    ])('is left as it is by %s', async (_, keys) => {
      const { code, shown } = await type(keys);

      expect(code).toBe(1);
      expect(shown).toContain('Nothing was changed.');
      expect(store.parameters.size).toBe(0);
    });
  });

  describe('asks for the list', () => {
    beforeEach(() => {
      clearCaches();
      Object.assign(process.env, { AWS_ENDPOINT_URL_SSM: store.endpoint });
      vi.stubEnv('NXCLOUD_ACCESS_KEY', 'AK0a1b2c3d');
      vi.stubEnv('NXCLOUD_SECRET', '');
      vi.stubEnv('NXCLOUD_GATEWAY', '');
      return () => vi.unstubAllEnvs();
    });

    test('on its stage, at the gateway that is set, else that of Hong Kong', async () => {
      await keep(GIVEN);
      const expected = { accessKey: 'AK0a1b2c3d', accessSecret: GIVEN, takesLoopback: false };

      expect(await providerOf('prod')).toEqual({ ...expected, gateway: 'https://api-hk.nxlink.ai' });
      vi.stubEnv('NXCLOUD_GATEWAY', 'https://api-idn.nxlink.ai');
      vi.stubEnv('NXCLOUD_SECRET', 'of-stage-local');
      expect(await providerOf('prod')).toEqual({ ...expected, gateway: 'https://api-idn.nxlink.ai' });
    });

    test('on stage local by the environment only', async () => {
      store.calls.length = 0;
      await expect(providerOf('local')).rejects.toThrow('NXCLOUD_ACCESS_KEY and NXCLOUD_SECRET are needed');
      vi.stubEnv('NXCLOUD_SECRET', GIVEN);

      expect(await providerOf('local')).toMatchObject({ accessSecret: GIVEN, takesLoopback: true });
      expect(store.calls).toEqual([]);
    });

    test('or says what is missing, and how to set it', async () => {
      await expect(providerOf('prod')).rejects.toMatchObject({
        message: expect.stringContaining('"npm run secret -- --stage prod nxcloud"'),
        isFinal: true,
      });
      vi.stubEnv('NXCLOUD_ACCESS_KEY', '');
      await expect(providerOf('prod')).rejects.toThrow('set it in .env.prod');
    });
  });
});

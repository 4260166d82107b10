import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { credentialsError } from '../../../commands/lib/credentials.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { plainEnvironment, ROOT } from '../../support/run.ts';

const { sqsEndpoint, dynamodbEndpoint } = inject('stack');

const commands = readdirSync(join(ROOT, 'commands'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace('.ts', ''));

const run = (name: string, args: string[], env: Record<string, string> = {}) =>
  finish(start(name, args, { env: plainEnvironment(env) }));

describe.each(commands)('%s', (name) => {
  test('prints its usage with -h and --help', async () => {
    const [short, long] = await Promise.all([run(name, ['-h']), run(name, ['--stag', '--help'])]);

    expect(short).toMatchObject({ code: 0, errors: '' });
    expect(short.output).toMatch(new RegExp(`^Usage: npm run ${name}\\b`));
    expect(short.output).toContain('--stage');
    expect(long).toEqual(short);
  });

  test('names a mistyped option, and never works on another stage than the intended one', async () => {
    const [mistyped, kept] = await Promise.all([
      run(name, ['--stag', 'local']),
      run(name, [], { npm_config_stage: 'prod', npm_lifecycle_event: name }),
    ]);

    expect(mistyped.code).toBe(1);
    expect(mistyped.errors).toMatch(/^Unknown option '--stag'/);
    expect(kept).toMatchObject({
      code: 1,
      errors: `npm kept --stage for itself: write "npm run ${name} -- --stage prod".\n`,
    });
  });
});

describe.each(['redrive', 'replay', 'calls'])('%s says what to do', (name) => {
  const noAws = { AWS_EC2_METADATA_DISABLED: 'true' };
  const elsewhere = {
    ...noAws,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL: sqsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
  };
  const onProd = ['--stage', 'prod', ...(name === 'calls' ? ['cc#1'] : [])];

  test.each([
    ['without the local stack', [], { SQS_PORT: '1' }, LOCAL, /start it with "npm start"/],
    ['without credentials', onProd, noAws, 'Stage prod in ap-southeast-1\n', /^There are no AWS credentials/],
    [
      'about a stage that is not there',
      [...onProd, '--region', 'eu-central-1'],
      elsewhere,
      'Stage prod in eu-central-1\n',
      /^Stage prod does not exist in eu-central-1 in this account, or lacks queues or tables/,
    ],
  ])('%s', async (_, args, env, place, message) => {
    const { code, errors, output } = await run(name, args, env);

    expect({ code, output }).toEqual({ code: 1, output: place });
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/^\s+at /m);
  });
});

test.each(['ExpiredTokenException', 'InvalidClientTokenId', 'SignatureDoesNotMatch'])(
  'commands say what to do about %s',
  (name) => {
    const refused = Object.assign(new Error('The security token is invalid'), { name });

    expect(credentialsError(refused)?.message).toBe(
      `AWS does not accept these credentials (${name}): renew them, or set AWS_PROFILE.`,
    );
  },
);

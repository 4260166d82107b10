import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Deployment, digests, startDeployment } from '../support/deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const EMAIL = 'somebody@example.com';
const OWN_PROVIDER = { OIDC_ISSUER: 'https://login.example.com', OIDC_CLIENT_ID: 'calls' };

const invite = (...args: string[]) => deployment.invite(['--stage', 'prod', '--email', EMAIL, ...args]);

describe('on a stage with a user pool', () => {
  beforeAll(() => deployment.deploy('prod'));
  beforeEach(() => {
    const { invitations, users } = deployment.aws;
    invitations.length = 0;
    users.clear();
  });

  test("invites somebody by e-mail to the stage's pool, with an address that counts as verified", async () => {
    const { code, output } = await invite();

    expect(output).toContain(`Invited ${EMAIL}. The e-mail has a temporary password`);
    expect(code).toBe(0);
    expect(deployment.aws.invitations).toEqual([
      {
        UserPoolId: 'the-UserPool',
        Username: EMAIL,
        UserAttributes: [
          { Name: 'email', Value: EMAIL },
          { Name: 'email_verified', Value: 'true' },
        ],
        DesiredDeliveryMediums: ['EMAIL'],
      },
    ]);
  });

  test('invites nobody twice without --again', async () => {
    await invite();
    const refused = await invite();
    const again = await invite('--again');

    expect(refused.code).toBe(1);
    expect(refused.output).toContain(
      `${EMAIL} is already invited. To send another password: npm run invite -- --stage prod --email ${EMAIL} --again\n`,
    );
    expect(again.code).toBe(0);
    expect(deployment.aws.invitations.at(-1)).toMatchObject({ MessageAction: 'RESEND' });
  });

  test('tells a person who has signed in how to set another password', async () => {
    deployment.aws.users.set(EMAIL, 'CONFIRMED');
    const { code, output } = await invite('--again');

    expect(code).toBe(1);
    expect(output).toContain(`${EMAIL} has already signed in`);
  });

  test('refuses --again for somebody who was never invited', async () => {
    const { code, output } = await invite('--again');

    expect(code).toBe(1);
    expect(output).toContain(`${EMAIL} is not invited yet: run it without --again.`);
  });

  test('refuses an invalid address before Cognito is called', async () => {
    const { code, output } = await deployment.invite(['--stage', 'prod', '--email', 'somebody']);

    expect(code).toBe(1);
    expect(output).toContain('"somebody" is not an e-mail address.');
    expect(deployment.aws.invitations).toEqual([]);
  });

  test('says how to get credentials if there are none', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...anonymous } = deployment.account;
    const env = { ...anonymous, AWS_EC2_METADATA_DISABLED: 'true' };
    const { code, output } = await deployment.invite(['--stage', 'prod', '--email', EMAIL], env);

    expect(code).toBe(1);
    expect(output).toContain('There are no AWS credentials');
  });
});

test('prints its usage without an address', async () => {
  const { code, output } = await deployment.invite(['--stage', 'prod']);

  expect(code).toBe(1);
  expect(output).toContain('Usage: npm run invite -- --stage <stage> --email <address>');
});

test('stage local needs no invitation', async () => {
  const { code, output } = await deployment.invite(['--email', EMAIL]);

  expect(code).toBe(1);
  expect(output).toContain('sign in as "local"');
});

test("a stage whose readers sign in at the company's provider invites nobody", async () => {
  await deployment.deploy('prod', { ...digests, ...OWN_PROVIDER });
  const asked = deployment.aws.invitations.length;
  const { code, output } = await invite();

  expect(code).toBe(1);
  expect(output).toContain('Stage prod has no user pool: the provider of OIDC_ISSUER');
  expect(deployment.aws.invitations.length).toBe(asked);
});

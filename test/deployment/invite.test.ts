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

  test('somebody is invited by mail, to the pool of that stage, with an address that counts as verified', async () => {
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

  test('who is invited already is not invited again unless that is asked for', async () => {
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

  test('who has signed in is told to set another password', async () => {
    deployment.aws.users.set(EMAIL, 'CONFIRMED');
    const { code, output } = await invite('--again');

    expect(code).toBe(1);
    expect(output).toContain(`${EMAIL} has already signed in`);
  });

  test('who was never invited is not invited again', async () => {
    const { code, output } = await invite('--again');

    expect(code).toBe(1);
    expect(output).toContain(`${EMAIL} is not invited yet: run it without --again.`);
  });

  test('what is no address is refused here', async () => {
    const { code, output } = await deployment.invite(['--stage', 'prod', '--email', 'somebody']);

    expect(code).toBe(1);
    expect(output).toContain('"somebody" is not an e-mail address.');
    expect(deployment.aws.invitations).toEqual([]);
  });

  test('without credentials it says how to get some', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...anonymous } = deployment.account;
    const env = { ...anonymous, AWS_EC2_METADATA_DISABLED: 'true' };
    const { code, output } = await deployment.invite(['--stage', 'prod', '--email', EMAIL], env);

    expect(code).toBe(1);
    expect(output).toContain('There are no AWS credentials');
  });
});

test('without an address it says how it is used', async () => {
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

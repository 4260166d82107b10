import type { Output, Resource, Stack, Template } from './serverless-types.ts';

/** The host that the sign-in returns to, as text for Fn::Sub. */
type Host = string;

/**
 * Readers sign in here unless the company has a provider. Nobody signs up; an administrator
 * invites.
 */
export const userPoolResources = (stack: Stack, host: Host): Record<string, Resource> => ({
  UserPool: userPool(stack, host),
  UserPoolDomain: {
    Type: 'AWS::Cognito::UserPoolDomain',
    Properties: {
      UserPoolId: POOL,
      Domain: { 'Fn::Sub': `${stack.name.toLowerCase()}-\${AWS::AccountId}` },
      // The version with managed login, which the branding needs.
      ManagedLoginVersion: 2,
    },
  },
  CallsResourceServer: {
    Type: 'AWS::Cognito::UserPoolResourceServer',
    Properties: {
      UserPoolId: POOL,
      Identifier: 'calls',
      Name: 'Calls',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read calls' }],
    },
  },
  PageClient: pageClient(host),
  // Without it managed login says "Login pages unavailable".
  PageClientBranding: {
    Type: 'AWS::Cognito::ManagedLoginBranding',
    Properties: { UserPoolId: POOL, ClientId: { Ref: 'PageClient' }, UseCognitoProvidedValues: true },
  },
});

const POOL = { Ref: 'UserPool' };
const SCOPE = 'calls/read';
const TEMPORARY_PASSWORD_DAYS = 7;

const userPool = ({ name }: Stack, host: Host): Resource => ({
  Type: 'AWS::Cognito::UserPool',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    UserPoolName: name,
    // The cheapest tier with managed login and refresh token rotation. Advanced security would be
    // billed by user.
    UserPoolTier: 'ESSENTIALS',
    DeletionProtection: 'ACTIVE',
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ['email'],
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: true,
      InviteMessageTemplate: {
        EmailSubject: 'Invitation to read calls',
        EmailMessage: {
          'Fn::Sub': `You can now read calls at https://${host}/. Sign in as {username} within ${TEMPORARY_PASSWORD_DAYS} days; your temporary password is {####}`,
        },
      },
    },
    Policies: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: false,
        TemporaryPasswordValidityDays: TEMPORARY_PASSWORD_DAYS,
      },
    },
  },
});

/**
 * What both clients share. Access tokens are valid for an hour, so a deleted user can read until
 * then.
 */
const CLIENT = {
  UserPoolId: POOL,
  AllowedOAuthFlowsUserPoolClient: true,
  EnableTokenRevocation: true,
  AccessTokenValidity: 60,
  IdTokenValidity: 60,
  RefreshTokenValidity: 7,
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
};

// The scope is plain text, so CloudFormation would not wait for its resource server.
const DependsOn = ['CallsResourceServer'];

/**
 * The page in a browser, which cannot keep a secret: it proves by PKCE that it began the sign-in.
 */
const pageClient = (host: Host): Resource => ({
  Type: 'AWS::Cognito::UserPoolClient',
  DependsOn,
  Properties: {
    ...CLIENT,
    ClientName: 'page',
    GenerateSecret: false,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', SCOPE],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: [{ 'Fn::Sub': `https://${host}/signed-in` }],
    LogoutURLs: [{ 'Fn::Sub': `https://${host}/` }],
    PreventUserExistenceErrors: 'ENABLED',
    // Rotation excludes ALLOW_REFRESH_TOKEN_AUTH, a default. The grace period lets two tabs use a
    // token at once.
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 },
  },
});

/** Adds a client for machines, whose tokens the authorizer accepts too. */
export const addMachineClient = ({ Resources }: Template): void => {
  Resources.MachineClient = {
    Type: 'AWS::Cognito::UserPoolClient',
    DependsOn,
    Properties: {
      ...CLIENT,
      ClientName: 'machine',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [SCOPE],
    },
  };
  const { JwtConfiguration } = Resources.HttpApiAuthorizerReader?.Properties ?? {};
  (JwtConfiguration as { Audience: unknown[] }).Audience.push({ Ref: 'MachineClient' });
};

/** The sign-in's URL, and what commands and machines need to know about the pool. */
export const userPoolOutputs = (hasMachineClient: boolean): Record<string, Output> => ({
  UserPoolId: { Description: 'User pool of the people who may read calls', Value: POOL },
  SignInUrl: {
    Description: 'Domain of the sign-in page and of tokens',
    Value: { 'Fn::Sub': `https://\${UserPoolDomain}.auth.\${AWS::Region}.amazoncognito.com` },
  },
  ...(hasMachineClient && {
    MachineClientId: { Description: 'Client id for machines', Value: { Ref: 'MachineClient' } },
  }),
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Resource, Template } from '../../infrastructure/serverless-types.ts';
import { routes as readRoutes } from '../../shared/api/routes.ts';
import { copyProject } from '../support/project.ts';
import { CALLBACKS, idOf, packagedStages, packagedTemplate, STAGES } from '../support/template.ts';

const { template } = packagedStages();

const HOST = `\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}`;
const POSTS = CALLBACKS.map((name) => `POST /${name}/callback`);
const WRONG_PATHS = CALLBACKS.map((name) => `POST /${name}/{proxy+}`);
const READS = [...readRoutes.map(({ method = 'GET', path }) => `${method} ${path}`), 'GET /api/openapi.json'];
const PAGE = ['/', '/calls', '/call', '/reports', '/status', '/signed-in', '/assets/{proxy+}'];
const PUBLIC = ['GET /config.json', ...PAGE.map((path) => `GET ${path}`)];

const ofType = ({ Resources }: Template, type: string): Resource[] =>
  Object.values(Resources).filter(({ Type }) => Type === type);

const routesOf = (of: Template): Record<string, Resource> =>
  Object.fromEntries(
    ofType(of, 'AWS::ApiGatewayV2::Route').map((route) => [String(route.Properties.RouteKey), route]),
  );

const poolResourcesOf = ({ Resources }: Template): string[] =>
  Object.keys(Resources).filter((id) => Resources[id]?.Type.startsWith('AWS::Cognito::'));

/** What `serverless package` makes of stage dev with these settings. */
const packagedWith = (env: Record<string, string>) => {
  let packaged: Template;
  beforeAll(async () => {
    const project = copyProject();
    packaged = await project.template('dev', env).finally(project.remove);
  });
  return { template: () => packaged, properties: (id: string) => packaged.Resources[id]?.Properties ?? {} };
};

describe.each(STAGES)('on stage %s', (stage) => {
  const properties = (id: string) => template(stage).Resources[id]?.Properties ?? {};

  test('the routes are the callbacks, their wrong paths, the API, the page and the sign-in; there is no catch-all', () => {
    expect(Object.keys(routesOf(template(stage))).sort()).toEqual(
      [...POSTS, ...WRONG_PATHS, ...READS, ...PUBLIC].sort(),
    );
  });

  test('every route below /api requires a token with the scope', () => {
    const below = Object.entries(routesOf(template(stage))).filter(([key]) => key.includes(' /api'));

    expect(below.map(([key]) => key).sort()).toEqual(READS.toSorted());
    for (const [key, { Properties }] of below) {
      expect(Properties, key).toMatchObject({
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: 'HttpApiAuthorizerReader' },
        AuthorizationScopes: ['calls/read'],
      });
    }
  });

  test('callbacks have no authorizer: they bring their own tokens', () => {
    for (const name of CALLBACKS) {
      const route = routesOf(template(stage))[`POST /${name}/callback`];
      expect(route?.Properties).toEqual({
        ApiId: { Ref: 'HttpApi' },
        RouteKey: `POST /${name}/callback`,
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: `HttpApiIntegration${idOf(name)}` }]] },
      });
    }
  });

  test('accepts the tokens that the user pool makes for the page', () => {
    expect(ofType(template(stage), 'AWS::ApiGatewayV2::Authorizer').length).toBe(1);
    expect(properties('HttpApiAuthorizerReader')).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: {
        Issuer: { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] },
        Audience: [{ Ref: 'PageClient' }],
      },
    });
  });

  test('the user pool is kept and protected, and nobody signs up by themselves', () => {
    expect(template(stage).Resources.UserPool).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        UserPoolName: `nxcloud-callbacks-${stage}`,
        DeletionProtection: 'ACTIVE',
        UserPoolTier: 'ESSENTIALS',
        UsernameAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        Policies: { PasswordPolicy: { MinimumLength: 12, TemporaryPasswordValidityDays: 7 } },
      },
    });
    // Cognito takes no message without both.
    expect(JSON.stringify(properties('UserPool'))).toMatch(/\{username\}.*\{####\}/);
    // Advanced security is billed by the user.
    expect(properties('UserPool')).not.toHaveProperty('UserPoolAddOns');
  });

  test('its sign-in page has a branding, and a domain that no other account can have', () => {
    expect(properties('UserPoolDomain')).toEqual({
      UserPoolId: { Ref: 'UserPool' },
      Domain: { 'Fn::Sub': `nxcloud-callbacks-${stage}-\${AWS::AccountId}` },
      ManagedLoginVersion: 2,
    });
    expect(properties('PageClientBranding')).toMatchObject({
      UserPoolId: { Ref: 'UserPool' },
      ClientId: { Ref: 'PageClient' },
      UseCognitoProvidedValues: true,
    });
  });

  test('the page signs in by code, without a secret, and comes back to this API only; its refresh tokens rotate', () => {
    expect(template(stage).Resources.PageClient).toMatchObject({
      DependsOn: ['CallsResourceServer'],
      Properties: {
        GenerateSecret: false,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthScopes: ['openid', 'email', 'calls/read'],
        CallbackURLs: [{ 'Fn::Sub': `https://${HOST}/signed-in` }],
        LogoutURLs: [{ 'Fn::Sub': `https://${HOST}/` }],
        RefreshTokenRotation: { Feature: 'ENABLED' },
      },
    });
    // Rotation excludes it.
    expect(properties('PageClient').ExplicitAuthFlows).not.toContain('ALLOW_REFRESH_TOKEN_AUTH');
    expect(properties('CallsResourceServer')).toMatchObject({
      Identifier: 'calls',
      Scopes: [{ ScopeName: 'read' }],
    });
  });

  test('there is no client for machines, whose tokens are billed', () => {
    expect(ofType(template(stage), 'AWS::Cognito::UserPoolClient').length).toBe(1);
    expect(template(stage).Outputs).not.toHaveProperty('MachineClientId');
  });

  test('readers and wrong paths are throttled apart from callbacks, once their routes are there; no concurrency is reserved', () => {
    const { HttpApiStage, ...others } = template(stage).Resources;
    const limits = HttpApiStage?.Properties.RouteSettings as Record<string, object>;
    const reads = Object.entries(others).filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::ApiGatewayV2::Route' && !POSTS.includes(String(Properties.RouteKey)),
    );

    expect(Object.keys(limits).sort()).toEqual([...WRONG_PATHS, ...READS, ...PUBLIC].sort());
    for (const [route, limit] of Object.entries(limits)) {
      // A page that is opened loads ten files at once.
      const most = route === 'GET /assets/{proxy+}' ? 200 : 20;
      expect(limit, route).toEqual({
        ThrottlingRateLimit: most,
        ThrottlingBurstLimit: most,
        DetailedMetricsEnabled: false,
      });
    }
    expect(HttpApiStage?.DependsOn).toEqual(
      expect.arrayContaining(['HttpApiLogGroup', ...reads.map(([id]) => id)]),
    );
    for (const { Properties } of ofType(template(stage), 'AWS::Lambda::Function')) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  test('the outputs are the URLs to read and to sign in, and the user pool', () => {
    const { Outputs } = template(stage);

    expect(Outputs.PageUrl?.Value).toEqual({ 'Fn::Sub': `https://${HOST}/` });
    expect(Outputs.ReadApiUrl?.Value).toEqual({ 'Fn::Sub': `https://${HOST}/api/calls` });
    expect(Outputs.SignInUrl?.Value).toEqual({
      'Fn::Sub': `https://\${UserPoolDomain}.auth.\${AWS::Region}.amazoncognito.com`,
    });
    expect(Outputs.UserPoolId?.Value).toEqual({ Ref: 'UserPool' });
  });
});

test('local has no user pool: its provider is on this machine', async () => {
  const local: Template = JSON.parse(readFileSync(await packagedTemplate('local'), 'utf8'));

  expect(poolResourcesOf(local)).toEqual([]);
  expect(local.Resources.HttpApiAuthorizerReader?.Properties.JwtConfiguration).toEqual({
    Issuer: 'http://127.0.0.1:3003',
    Audience: ['local'],
  });
});

describe("with the company's own provider", () => {
  const packaged = packagedWith({
    OIDC_ISSUER: 'https://login.example.com/tenant/v2.0',
    OIDC_CLIENT_ID: '0a1b2c3d',
    OIDC_AUDIENCE: 'api://calls',
    OIDC_SCOPE: 'Calls.Read',
    OIDC_REQUIRED_CLAIM: 'groups=calls',
  });

  test('there is no user pool', () => {
    expect(poolResourcesOf(packaged.template())).toEqual([]);
    expect(packaged.template().Outputs).not.toHaveProperty('UserPoolId');
  });

  test('accepts its tokens for this audience, with its scope', () => {
    expect(packaged.properties('HttpApiAuthorizerReader').JwtConfiguration).toEqual({
      Issuer: 'https://login.example.com/tenant/v2.0',
      Audience: ['api://calls'],
    });
    for (const key of READS) {
      expect(routesOf(packaged.template())[key]?.Properties.AuthorizationScopes).toEqual(['Calls.Read']);
    }
  });

  test('the api publishes where to sign in, and knows the required claim', () => {
    expect(packaged.properties('ApiLambdaFunction').Environment).toMatchObject({
      Variables: {
        OIDC_ISSUER: 'https://login.example.com/tenant/v2.0',
        OIDC_CLIENT_ID: '0a1b2c3d',
        OIDC_SCOPE: 'Calls.Read',
        OIDC_REQUIRED_CLAIM: 'groups=calls',
      },
    });
  });
});

describe('with a client for machines, at a host name from the settings', () => {
  const packaged = packagedWith({
    MACHINE_CLIENT: 'on',
    DOMAIN: 'calls.example.com',
    CERTIFICATE_ARN: 'arn:aws:acm:ap-southeast-1:000000000000:certificate/0a1b2c3d',
  });

  test('machines get tokens by their secret, for reading only, and these are accepted too', () => {
    expect(packaged.properties('MachineClient')).toMatchObject({
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['calls/read'],
    });
    expect(packaged.properties('HttpApiAuthorizerReader').JwtConfiguration).toMatchObject({
      Audience: [{ Ref: 'PageClient' }, { Ref: 'MachineClient' }],
    });
    expect(packaged.template().Outputs.MachineClientId?.Value).toEqual({ Ref: 'MachineClient' });
  });

  test('the page is at that host name', () => {
    expect(packaged.properties('PageClient')).toMatchObject({
      CallbackURLs: [{ 'Fn::Sub': 'https://calls.example.com/signed-in' }],
      LogoutURLs: [{ 'Fn::Sub': 'https://calls.example.com/' }],
    });
  });
});

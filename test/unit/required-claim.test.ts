import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { handler } from '../../functions/api.ts';
import { hasRequiredClaim } from '../../shared/api/required-claim.ts';
import { routes } from '../../shared/api/routes.ts';

const REQUIRED = 'groups=calls';

test('without a required claim every token may read', () => {
  expect(hasRequiredClaim({}, '')).toBe(true);
  expect(hasRequiredClaim(undefined, '')).toBe(true);
});

describe('admits a token', () => {
  test.each([
    ['with the value', { groups: 'calls' }],
    ['with a list that has it, as API Gateway writes one', { groups: '[admin calls]' }],
    ['with a list of it alone', { groups: '[calls]' }],
    ['with a list as the token has one', { groups: ['admin', 'calls'] }],
  ])('%s', (_, claims) => expect(hasRequiredClaim(claims, REQUIRED)).toBe(true));
});

describe('admits no token', () => {
  test.each([
    ['without claims', undefined],
    ['without the claim', { sub: 'somebody' }],
    ['with another value', { groups: 'call' }],
    ['with a value that only contains it', { groups: 'nocalls' }],
    ['with a list without it', { groups: '[admin recalls]' }],
    ['with an empty list', { groups: '[]' }],
    ['with several words that are no list', { groups: 'admin calls' }],
    ['with the value in another case', { groups: 'Calls' }],
    ['with nothing', { groups: null }],
  ])('%s', (_, claims) => expect(hasRequiredClaim(claims, REQUIRED)).toBe(false));
});

test('a claim may be a URL or have a colon in its name, and a value an equals sign', () => {
  expect(hasRequiredClaim({ 'cognito:groups': '[calls]' }, 'cognito:groups=calls')).toBe(true);
  expect(hasRequiredClaim({ 'https://example.com/roles': 'a=b' }, 'https://example.com/roles=a=b')).toBe(
    true,
  );
});

test('what every object inherits is no claim', () => {
  expect(hasRequiredClaim({}, 'constructor=function Object() { [native code] }')).toBe(false);
});

test.each(['groups', 'groups=', '=calls', '='])('%s, which is not a claim, admits nobody', (required) => {
  expect(hasRequiredClaim({ groups: 'calls', '': 'calls' }, required)).toBe(false);
});

test('admits members of the group, whatever their other groups', () => {
  const group = fc.stringMatching(/^[\w.-]{1,9}$/);

  fc.assert(
    fc.property(fc.array(group), group, (groups, wanted) => {
      const expected = groups.includes(wanted);
      expect(hasRequiredClaim({ groups }, `groups=${wanted}`)).toBe(expected);
      expect(hasRequiredClaim({ groups: `[${groups.join(' ')}]` }, `groups=${wanted}`)).toBe(expected);
    }),
  );
});

describe('on a stage that requires a claim, the API', () => {
  afterEach(() => void vi.unstubAllEnvs());

  const ask = (rawPath: string, claims?: Record<string, string>) => {
    vi.stubEnv('OIDC_REQUIRED_CLAIM', REQUIRED);
    const event = {
      rawPath,
      rawQueryString: '',
      requestContext: { authorizer: claims && { jwt: { claims } } },
    };
    const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 10_000 };
    return handler(event as unknown as APIGatewayProxyEventV2WithJWTAuthorizer, context as Context);
  };

  test.each([...routes.map(({ path }) => path), '/api/openapi.json'])(
    'refuses others at %s',
    async (path) => {
      for (const claims of [undefined, { sub: 'somebody' }, { sub: 'somebody', groups: '[admin]' }]) {
        expect(await ask(path, claims)).toMatchObject({ statusCode: 403, body: '{"error":"forbidden"}' });
      }
    },
  );

  test('answers those who have it', async () => {
    expect(await ask('/api/openapi.json', { groups: '[admin calls]' })).toMatchObject({ statusCode: 200 });
  });

  test('publishes how to sign in', async () => {
    expect(await ask('/config.json')).toMatchObject({ statusCode: 200 });
  });
});

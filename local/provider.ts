import type { JWK } from 'jose';
import type { Configuration } from 'oidc-provider';
import { CLIENT, storage } from './sign-in-clients.ts';
import { errorPage, page, signOutPage } from './sign-in-pages.ts';

/** The user who signs in. */
export const USER = 'local';

const SCOPE = 'calls/read';
const HOUR = 3600;
const WEEK = 7 * 24 * HOUR;

// The resource of the tokens. Without one, the provider's access tokens would not be JWTs.
const RESOURCE = 'urn:nxcloud-callbacks:calls';

const resourceServer = {
  audience: CLIENT,
  scope: SCOPE,
  accessTokenTTL: HOUR,
  accessTokenFormat: 'jwt' as const,
  jwt: { sign: { alg: 'RS256' as const } },
};

/**
 * Configures the provider like the user pool of a deployed stage, for the page at `httpPort` and
 * for machines.
 */
export const providerConfiguration = (signingKey: JWK, httpPort: number): Configuration => {
  const origins = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${httpPort}`);
  return {
    adapter: storage(origins),
    jwks: { keys: [signingKey] },
    cookies: { keys: [crypto.randomUUID()] },
    clientBasedCORS: (_ctx, origin) => origins.includes(origin),
    claims: { openid: ['sub'], email: ['email'] },
    // The ID token names the user, which saves another request.
    conformIdTokenClaims: false,
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${USER}@localhost` }),
    }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage(form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = page('Signed out', '');
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => resourceServer,
        useGrantedResource: () => true,
      },
    },
    loadExistingGrant: grantAll,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    renderError: (ctx, { error, error_description = '' }) => {
      ctx.body = errorPage(`${error}: ${error_description}`);
    },
    ttl: {
      AccessToken: HOUR,
      ClientCredentials: HOUR,
      IdToken: HOUR,
      RefreshToken: WEEK,
      Session: WEEK,
      Grant: WEEK,
      Interaction: HOUR,
    },
  };
};

/** Whoever signs in has agreed to everything. */
const grantAll: Configuration['loadExistingGrant'] = async ({ oidc }) => {
  const grant = new oidc.provider.Grant({
    clientId: oidc.client?.clientId,
    accountId: oidc.session?.accountId,
  });
  grant.addOIDCScope('openid email offline_access');
  grant.addResourceScope(RESOURCE, SCOPE);
  await grant.save();
  return grant;
};

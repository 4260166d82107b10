import type { JWK } from 'jose';
import Provider, { type Adapter, type ClientMetadata, type Configuration } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { asHtml, page } from './sign-in-pages.ts';

/** Who signs in. */
export const USER = 'local';

const CLIENT = 'local';
const SCOPE = 'calls/read';
const HOUR = 3600;
const WEEK = 7 * 24 * HOUR;

// What tokens are for, in the provider's own terms. Without a resource its access tokens would be no JWTs.
const RESOURCE = 'urn:nxcloud-callbacks:calls';

const resourceServer = {
  audience: CLIENT,
  scope: SCOPE,
  accessTokenTTL: HOUR,
  accessTokenFormat: 'jwt' as const,
  jwt: { sign: { alg: 'RS256' as const } },
};

/** Configures the provider as the user pool of a deployed stage is, for the page at `httpPort` and for machines. */
export const providerConfiguration = (signingKey: JWK, httpPort: number): Configuration => {
  const origins = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${httpPort}`);
  return {
    adapter: adapterFor(clients(origins)),
    jwks: { keys: [signingKey] },
    cookies: { keys: [crypto.randomUUID()] },
    clientBasedCORS: (_ctx, origin) => origins.includes(origin),
    claims: { openid: ['sub'], email: ['email'] },
    // The ID token tells who is signed in, without another request.
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
      rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
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
    renderError,
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

type Clients = { page: ClientMetadata; machine: ClientMetadata };

const clients = (origins: string[]): Clients => ({
  page: {
    client_id: CLIENT,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: origins.map((origin) => `${origin}/signed-in`),
    post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
  },
  machine: {
    client_id: CLIENT,
    client_secret: 'local',
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  },
});

/** Everything in memory, but the clients: with a secret `local` is the machine, without one the page, which can keep none. */
const adapterFor = ({ page, machine }: Clients) => {
  const memory = createMemoryAdapter();
  const isMachine = () => {
    const { oidc, headers } = Provider.ctx ?? {};
    return Boolean(oidc?.params?.client_secret ?? headers?.authorization);
  };
  const find: Adapter['find'] = async (id) => {
    if (id !== CLIENT) return undefined;
    return isMachine() ? machine : page;
  };
  return (name: string): Adapter => (name === 'Client' ? ({ find } as Adapter) : memory(name));
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

const logoutSource: NonNullable<NonNullable<Configuration['features']>['rpInitiatedLogout']>['logoutSource'] =
  (ctx, form) => {
    const button =
      '<button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Sign out</button>';
    ctx.body = page('Sign out', `${form}${button}`);
  };

const postLogoutSuccessSource = (ctx: { body: unknown }) => {
  ctx.body = page('Signed out', '');
};

const renderError: Configuration['renderError'] = (ctx, { error, error_description = '' }) => {
  ctx.type = 'html';
  ctx.body = page('Sign in', `<p>${asHtml(error)}: ${asHtml(error_description)}</p>`);
};

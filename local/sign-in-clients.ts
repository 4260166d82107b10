import Provider, { type Adapter, type AdapterFactory, type ClientMetadata } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';

/** The client of the page and of machines, and the audience of their tokens. */
export const CLIENT = 'local';

/**
 * Keeps the provider's state in memory. A client with a secret is a machine; one without is the
 * page, which cannot keep a secret.
 */
export const storage = (pageOrigins: string[]): AdapterFactory => {
  const memory = createMemoryAdapter();
  const page = pageAt(pageOrigins);
  const find: Adapter['find'] = async (id) => {
    if (id !== CLIENT) return undefined;
    return bringsSecret() ? machine : page;
  };
  return (name) => (name === 'Client' ? ({ find } as Adapter) : memory(name));
};

const bringsSecret = (): boolean => {
  const { oidc, headers } = Provider.ctx ?? {};
  return Boolean(oidc?.params?.client_secret ?? headers?.authorization);
};

const pageAt = (origins: string[]): ClientMetadata => ({
  client_id: CLIENT,
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: origins.map((origin) => `${origin}/signed-in`),
  post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
});

const machine: ClientMetadata = {
  client_id: CLIENT,
  client_secret: 'local',
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
};

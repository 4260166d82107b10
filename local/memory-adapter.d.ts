declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterFactory } from 'oidc-provider';

  /** Keeps signed-in users in memory. */
  export const createMemoryAdapter: () => AdapterFactory;
}

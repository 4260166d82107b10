declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterFactory } from 'oidc-provider';

  /** Keeps what is signed in, in memory. */
  export const createMemoryAdapter: () => AdapterFactory;
}

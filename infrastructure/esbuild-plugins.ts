import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

// What the SDK would load and a function never uses. docs/benchmark.md has what each of them gives.

/**
 * A built-in module is loaded when something of it is first used. An ESM import would load it at once, and read every export
 * of it, which loads WebCrypto, zlib, readline and more.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({ contents: lazily(path) }));
  },
};

const lazily = (path: string): string => {
  const builtin: unknown = process.getBuiltinModule(path);
  const load = `process.getBuiltinModule('${path}')`;
  // A module that is itself a function, such as node:events, is loaded already.
  if (typeof builtin === 'function') return `module.exports = ${load}`;
  return `let loaded;
    for (const name of ${JSON.stringify(Object.keys(builtin ?? {}))})
      Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= ${load})[name] });`;
};

/** No operation that a function calls has a stream of events; the code for them is imported only if one has. */
const noEventStreams: Plugin = {
  name: 'no-event-streams',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Lambda has no ~/.aws: what the environment does not say has its default. */
const noConfigurationFiles: Plugin = {
  name: 'no-configuration-files',
  setup: ({ onLoad }) => {
    onLoad({ filter: /shared-ini-file-loader\/loadSharedConfigFiles\.js$/ }, ({ path }) => ({
      resolveDir: dirname(path),
      contents: `export { CONFIG_PREFIX_SEPARATOR } from './constants';
        export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
    }));
  },
};

/** The SDK asks of each answer whether it is a web stream or a blob, which loads both. Node's HTTP client has neither. */
const noWebStreams: Plugin = {
  name: 'no-web-streams',
  setup: ({ initialOptions }) => {
    initialOptions.define = { ...initialOptions.define, ReadableStream: 'undefined', Blob: 'undefined' };
  },
};

export default [lazyBuiltins, noEventStreams, noConfigurationFiles, noWebStreams];

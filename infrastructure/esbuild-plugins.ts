import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { pageFiles } from './page-files.ts';

// What the SDK would load and a function never uses. docs/benchmark.md has what each of them gives.

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

export default [noEventStreams, noConfigurationFiles, noWebStreams, pageFiles];

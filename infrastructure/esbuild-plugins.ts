import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { pageFiles } from './page-files.ts';

// Parts that the SDK would load and no function uses. docs/benchmark.md has what each saves.

/**
 * No operation that a function calls has an event stream. Clients import that code if any operation
 * has one; S3's always does.
 */
const noEventStreams: Plugin = {
  name: 'no-event-streams',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : { path: 'none', namespace: 'without-streams' },
    );
    onLoad({ filter: /./, namespace: 'without-streams' }, () => ({
      contents: `export const eventStreamSerdeProvider = () => ({});
        export const resolveEventStreamSerdeConfig = (config) => config;`,
    }));
  },
};

/** Lambda has no ~/.aws: a setting that the environment lacks has its default. */
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

/**
 * The SDK checks each answer for a web stream or a blob, which loads both. Node's HTTP client has
 * neither.
 */
const noWebStreams: Plugin = {
  name: 'no-web-streams',
  setup: ({ initialOptions }) => {
    initialOptions.define = { ...initialOptions.define, ReadableStream: 'undefined', Blob: 'undefined' };
  },
};

/** A lazy import would bundle the whole package: every command of CloudWatch. */
const onlyMetricData: Plugin = {
  name: 'only-metric-data',
  setup: ({ onLoad }) => {
    onLoad({ filter: /client-cloudwatch\/dist-es\/index\.js$/ }, ({ path }) => ({
      resolveDir: dirname(path),
      contents: `export { CloudWatchClient } from './CloudWatchClient';
        export { paginateGetMetricData } from './pagination/GetMetricDataPaginator';`,
    }));
  },
};

export default [noEventStreams, noConfigurationFiles, noWebStreams, onlyMetricData, pageFiles];

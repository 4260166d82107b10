import type { Plugin } from 'esbuild';

// An ESM import of a built-in reads every export of it once, and with that loads what nobody uses: 10 ms of a cold start
// (docs/benchmark.md). What process.getBuiltinModule returns is read as it is used.
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: (build) => {
    build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    build.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }));
  },
};

export default [lazyBuiltins];

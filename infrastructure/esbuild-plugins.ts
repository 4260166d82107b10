import type { Plugin } from 'esbuild';

// An ESM import of a built-in module reads every export of it once, and with that loads what nobody uses, a fifth of a cold start's
// CPU (docs/benchmark.md). What process.getBuiltinModule returns is read as it is used.
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

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,pipeline,deployment}/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: 'test/support/environment.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      // local/ runs in processes of its own, where coverage does not see it; so does what prepares a function at init.
      include: ['functions/**', 'shared/**'],
      thresholds: { lines: 90 },
      reporter: ['text', 'lcovonly'],
    },
  },
});

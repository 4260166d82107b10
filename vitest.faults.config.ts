import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/faults/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    setupFiles: 'test/support/environment.ts',
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // The faults are mostly waited for.
    maxConcurrency: 3,
  },
});

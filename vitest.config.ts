import { defineConfig } from 'vitest/config';

// The tiers, told apart by what they start.
const tier = (
  name: string,
  {
    setupFiles = [],
    ...options
  }: {
    globalSetup?: string[];
    setupFiles?: string[];
    maxConcurrency?: number;
    expect?: { poll: { timeout: number; interval: number } };
  } = {},
) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ['test/support/seed.ts', ...setupFiles],
    ...options,
  },
});

export default defineConfig({
  test: {
    projects: [
      tier('unit'),
      tier('pipeline', {
        globalSetup: ['test/support/local-stack.ts', 'test/support/resources.ts'],
        setupFiles: ['test/support/environment.ts'],
      }),
      tier('page', {
        globalSetup: ['test/support/local-stack.ts'],
        setupFiles: ['test/support/environment.ts'],
        expect: { poll: { timeout: 60_000, interval: 50 } },
      }),
      tier('deployment', { globalSetup: ['test/support/packages.ts'] }),
      tier('faults', { globalSetup: ['test/support/resources.ts'], maxConcurrency: 2 }),
    ],
    // Most tests wait for processes and queues, so more of them run than there are cores.
    maxWorkers: 4,
    // No test fails because the machine is busy: these end what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    coverage: {
      // local/ runs in other processes, which coverage does not see; so does what prepares a function at init.
      include: ['functions/**', 'shared/**'],
      thresholds: { lines: 90 },
      reporter: ['text', 'lcovonly'],
    },
  },
});

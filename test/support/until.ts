import { vi } from 'vitest';

// Ends what hangs; a busy machine only takes longer.
const PATIENCE = { timeout: 150_000, interval: 20 };

/** Resolves when the condition holds. */
export const until = <Result>(condition: () => Result | Promise<Result>) => vi.waitUntil(condition, PATIENCE);

/** Resolves when what is expected does not throw any more. */
export const eventually = <Result>(expectation: () => Result | Promise<Result>) =>
  vi.waitFor(expectation, PATIENCE);

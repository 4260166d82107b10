import { setTimeout as sleep } from 'node:timers/promises';

// Ends what hangs; a busy machine only takes longer.
const PATIENCE_MS = 150_000;
const INTERVAL_MS = 20;

type Truthy<Value> = Exclude<Value, undefined | null | false | 0 | ''>;

/** Resolves with what the condition gives as soon as it holds. */
export const until = async <Result>(
  condition: () => Result | Promise<Result>,
): Promise<Truthy<Awaited<Result>>> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(INTERVAL_MS)) {
    const result = await condition();
    if (result) return result as Truthy<Awaited<Result>>;
  }
  throw new Error('it did not come to that in time');
};

/** Resolves when what is expected does not throw any more. */
export const eventually = async <Result>(expectation: () => Result | Promise<Result>): Promise<Result> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(INTERVAL_MS)) {
    try {
      return await expectation();
    } catch {}
  }
  return await expectation();
};

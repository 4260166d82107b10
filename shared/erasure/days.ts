import { randomUUID } from 'node:crypto';
import { ERASURES } from '../exports/erasures.ts';
import { keysOf, readJson, writeJson } from '../files/objects.ts';

/** How far an erasure is, as the bucket says it. It tells no number, and expires with the exports. */
type Said = {
  /** `removed`: the calls are gone, and their exports are not yet. */
  state: 'begun' | 'removed' | 'done';
  /** Days of the calls, YYYY-MM-DD. */
  days: string[];
};

/** Days of calls that were erased, or are about to be. */
export type Days = {
  /** With those of erasures that were interrupted, whose calls nobody finds any more. */
  all: ReadonlySet<string>;
  say: (state: Said['state']) => Promise<void>;
};

/** Says in the bucket which days are about to be erased, so that the exports of them go even if this is interrupted. */
export const announceDays = async (own: ReadonlySet<string>, abortSignal: AbortSignal): Promise<Days> => {
  const earlier = await interruptedDays(abortSignal);
  const key = `${ERASURES}${randomUUID()}.json`;
  const say = (state: Said['state']) =>
    writeJson(key, { state, days: state === 'done' ? [] : [...own] } satisfies Said, abortSignal);
  await say('begun');
  return { all: new Set([...own, ...earlier]), say };
};

const interruptedDays = async (abortSignal: AbortSignal): Promise<string[]> => {
  const days: string[] = [];
  for await (const key of keysOf(ERASURES, abortSignal)) {
    const said = (await readJson(key, abortSignal)) as Said | undefined;
    days.push(...(said?.days ?? []));
  }
  return days;
};

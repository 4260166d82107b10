import type { Clause } from './result.ts';
import { type CallWord, say, sayCode, sayDuration, saySeveral } from './say.ts';

/** The result of a call as one sentence in the chosen language. */
export const sentenceOf = (clauses: readonly Clause[]): string =>
  saySeveral(clauses.map((clause, n) => textOf(clause, n > 0)));

const textOf = (clause: Clause, isWithin: boolean): string => {
  if (clause.kind === 'status') return statusText(clause.status, isWithin);
  const word: CallWord = `result.${clause.kind}`;
  return say(word, {
    ...('seconds' in clause && { time: sayDuration(clause.seconds) }),
    ...('agent' in clause && { agent: clause.agent }),
    ...('status' in clause && { status: statusText(clause.status, isWithin) }),
  });
};

// `IVR` keeps its capitals within a sentence.
const statusText = (status: string, isWithin: boolean): string => {
  const text = sayCode('status', status);
  return isWithin && /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
};

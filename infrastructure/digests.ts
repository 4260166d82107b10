import { hash } from 'node:crypto';
import type { Callback } from '../shared/callbacks/callback.ts';
import { isDigest } from '../shared/receiving/token-digest.ts';

// Digests of tokens that anybody can guess.
const GUESSED: Record<string, string> = {
  [hash('sha256', 'local')]: 'the digest of "local", the token of "npm start"',
  [hash('sha256', '')]: 'the digest of an empty token',
  ['0'.repeat(64)]: '64 zeros instead of a digest',
};

/** The problems of the token digests in the functions' environment: a line for each callback. */
export const digestProblems = (
  callbacks: readonly Callback[],
  environmentOf: (callback: string) => Record<string, unknown> | undefined,
  stage: string,
): string[] =>
  callbacks.flatMap(({ name, tokenVariable: variable }) => {
    const written = String(environmentOf(name)?.[variable] ?? '').trim();
    const digests = written.split(',').map((digest) => digest.trim().toLowerCase());
    const command = `npm run token -- --callback ${name} --stage ${stage}`;
    if (written === '') return [`${variable} is missing: make a token and its digest with "${command}".`];
    if (!digests.every(isDigest)) {
      return [
        `${variable} is not a list of SHA-256 digests (64 hex digits each, comma-separated): make one with "${command}".`,
      ];
    }
    const guessed = digests.map((digest) => GUESSED[digest]).find((what) => what !== undefined);
    return guessed ? [`${variable} has ${guessed}: make a token and its digest with "${command}".`] : [];
  });

import { isDeepStrictEqual } from 'node:util';

/** A field that has another value; one of the two is undefined if there was or is none. */
export type Difference = { field: string; before: unknown; after: unknown };

/** The fields in which two records differ. */
export const differencesOf = (before: object, after: object): Difference[] => {
  const [old, now] = [before, after] as Record<string, unknown>[];
  return Object.keys({ ...old, ...now })
    .map((field) => ({ field, before: old?.[field], after: now?.[field] }))
    .filter((difference) => !isDeepStrictEqual(difference.before, difference.after));
};

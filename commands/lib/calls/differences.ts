import { isDeepStrictEqual } from 'node:util';

/** A field whose value changed; undefined before or after means that it was absent. */
export type Difference = { field: string; before: unknown; after: unknown };

/** The fields in which two records differ. */
export const differencesOf = (before: object, after: object): Difference[] => {
  const [old, now] = [before, after] as Record<string, unknown>[];
  return Object.keys({ ...old, ...now })
    .map((field) => ({ field, before: old?.[field], after: now?.[field] }))
    .filter((difference) => !isDeepStrictEqual(difference.before, difference.after));
};

import { Unlisted } from './unlisted.ts';

// TypeScript does not have this part of ECMAScript yet.
declare global {
  interface JSON {
    rawJSON(text: string): object;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
  }
}

/**
 * `JSON.parse` for text that is written again: `JSON.stringify` keeps every number digit for digit.
 * Throws Unlisted.
 */
export const parseAsSent = (text: string): unknown => {
  try {
    return JSON.parse(text, (_key, value, { source = '' }) =>
      typeof value === 'number' ? JSON.rawJSON(source) : value,
    );
  } catch (error) {
    // A reviver fails on deep nesting.
    if (error instanceof RangeError) throw new Unlisted('the answer is nested too deeply', { isFinal: true });
    throw error;
  }
};

/**
 * `JSON.parse` that keeps every digit: a number that a double would not print back exactly as it was written
 * (longs beyond 2^53, `1.50`, `1e400`) arrives as its source text, so a reader sees the digits that were sent.
 * Of a key that occurs twice the last one counts. Throws SyntaxError, or RangeError for thousands of nested levels.
 */
export const parseJson = (text: string): unknown => JSON.parse(text, keepDigits as Reviver);

// TypeScript's library does not know the third argument yet.
type Reviver = NonNullable<Parameters<typeof JSON.parse>[1]>;

const keepDigits = (_key: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && plain(value) !== source ? source : value;

// Exponents go as text too: DynamoDB numbers end at 1e126.
const plain = (value: number): string | undefined => {
  const digits = String(value);
  return digits.includes('e') ? undefined : digits;
};

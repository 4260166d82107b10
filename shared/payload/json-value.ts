/** A value as JSON writes it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

// DynamoDB nests 32 levels, the item itself being the first.
const MAX_DEPTH = 30;
const MAX_KEY_BYTES = 65_535;

/** Whether DynamoDB can hold `value` as a map or list and give it back unchanged. */
export const isStorable = (value: unknown, depth = 0): value is Json => {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return value !== undefined;
  if (depth >= MAX_DEPTH) return false;
  if (!Array.isArray(value) && !Object.keys(value).every(isKey)) return false;
  return Object.values(value).every((child) => isStorable(child, depth + 1));
};

// On the way into the attribute map `__proto__` would become a prototype, and `constructor` be taken for the type.
const RESERVED = new Set(['', '__proto__', 'constructor']);

const isKey = (key: string): boolean =>
  !RESERVED.has(key) && key.isWellFormed() && Buffer.byteLength(key) <= MAX_KEY_BYTES;

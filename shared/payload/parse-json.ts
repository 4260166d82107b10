import { plainDigits } from './numbers.ts';

/**
 * `JSON.parse` that keeps every digit: a number that a double would not print back exactly as
 * written (longs beyond 2^53, `1.50`, `8.5E10`), or only with an exponent, arrives as text in plain
 * digits. If a key occurs twice, the last one counts. Throws SyntaxError.
 */
export const parseJson = (text: string): unknown => {
  const value = JSON.parse(text);
  // A reviver gets the source too, but takes ten times as long and fails on deep nesting.
  return DIGITS_AT_RISK.test(text) ? JSON.parse(text.replace(TOKENS_AT_RISK, keepDigits)) : value;
};

const DIGITS_AT_RISK = /\d{16}|\d[.eE]/;
// Matches strings to skip them. Text that is not JSON never gets here.
const TOKENS_AT_RISK = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)|-?\d{16,}/g;

const keepDigits = (token: string): string =>
  token.startsWith('"') || isPrintedBack(token) ? token : `"${plainDigits(token) ?? token}"`;

// A double prints 1e+21 and 1e-7 as they were written, not in plain digits.
const isPrintedBack = (token: string): boolean => String(Number(token)) === token && !token.includes('e');

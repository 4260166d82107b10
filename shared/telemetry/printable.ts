// Control characters steer a terminal; direction marks and line separators change what a person
// reads.
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * The text with every character that a terminal would obey written as `\u001b`, which JSON reads as
 * the same character.
 */
export const printable = (text: unknown): string =>
  String(text).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

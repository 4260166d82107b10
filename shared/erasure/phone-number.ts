import { MIN_SHARED_DIGITS, partyOf } from '../calls/party.ts';

/** The digits of a number, without leading zeros. */
export type PhoneNumber = string & { readonly phoneNumber: true };

/** The number that somebody wrote; undefined if it is a name, or has too few digits to tell one number from another. */
export const phoneNumberOf = (written: string): PhoneNumber | undefined => {
  const party = partyOf(written);
  return 'digits' in party && party.digits.length >= MIN_SHARED_DIGITS
    ? (party.digits as PhoneNumber)
    : undefined;
};

/** How many last digits leave no doubt, so that nobody else's calls are deleted. */
export const CERTAIN_DIGITS = 10;

/** `same`: without doubt. `similar`: only 7 to 9 last digits are known to be the same, as without a country code. */
export type Likeness = 'same' | 'similar';

/** How much a written party is like a number; undefined if it is another one, or a name. */
export const likenessOf = (number: PhoneNumber, written: string | undefined): Likeness | undefined => {
  const other = written === undefined ? undefined : phoneNumberOf(written);
  if (other === undefined || !(number.endsWith(other) || other.endsWith(number))) return undefined;
  return number === other || Math.min(number.length, other.length) >= CERTAIN_DIGITS ? 'same' : 'similar';
};

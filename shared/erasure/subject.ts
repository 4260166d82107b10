import type { PhoneNumber } from './phone-number.ts';
import { type Writing, writingsIn } from './writings.ts';

/** Whose data is erased: the number, and which others that are like it somebody has said to be the same. */
export type Subject = { number: PhoneNumber; confirmed: ReadonlySet<string> };

/** Whether what was found is the subject's. */
export const isOfSubject = (
  { confirmed }: Subject,
  { likeness, written }: { likeness: string; written: string },
): boolean => likeness === 'same' || (likeness === 'similar' && confirmed.has(written));

/** Where a body of the table or the queue has the number; its text may be the base64 of what was no UTF-8. */
export const writingsInBody = (
  { body, bodyEncoding }: { body: string; bodyEncoding?: string | undefined },
  number: PhoneNumber,
): Writing[] =>
  writingsIn(bodyEncoding === 'base64' ? Buffer.from(body, 'base64').toString('latin1') : body, number);

import * as v from 'valibot';
import type { Delivery, RejectedBody } from './delivery.ts';

// SQS accepts only XML 1.0 characters, and its emulators refuse astral ones. Without the u flag,
// each half of a pair matches.
const UNSENDABLE = /[\ud800-\udfff\ufffe\uffff]+/g;

/** The item as SQS text; JSON.parse restores every character. */
export const serialize = (item: Delivery | RejectedBody): string => sendable(JSON.stringify(item));

/** The same JSON in characters that SQS accepts. */
export const sendable = (json: string): string => json.replace(UNSENDABLE, escapeUnits);

const escapeUnits = (units: string): string => {
  let escaped = '';
  for (let n = 0; n < units.length; n++) escaped += `\\u${units.charCodeAt(n).toString(16)}`;
  return escaped;
};

/**
 * An item of the table of deliveries in a message; another version of this code may have other
 * attributes.
 */
export const Item = v.looseObject({
  pk: v.pipe(v.string(), v.nonEmpty(), v.maxBytes(2048)),
  sk: v.pipe(v.string(), v.nonEmpty(), v.maxBytes(1024)),
  callback: v.pipe(v.string(), v.nonEmpty()),
  expiresAt: v.optional(v.pipe(v.number(), v.integer())),
});

/** An item of the table of deliveries. */
export type Item = v.InferOutput<typeof Item>;

/** A text of the queue that no receiver wrote. */
export class MalformedMessage extends Error {
  override name = 'MalformedMessage';
}

/**
 * The item of an SQS text; throws MalformedMessage, which does not repeat the text, if there is
 * none.
 */
export const deserialize = (text: string): Item => {
  const parsed = v.safeParse(Item, parseOrNothing(text));
  if (!parsed.success) throw new MalformedMessage('this is not a message of a receiver');
  return parsed.output;
};

const parseOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

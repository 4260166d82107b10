import * as v from 'valibot';
import { CallRecord } from '../calls/record.ts';

/** One thing that is wrong with a body: where (`data.id`; empty for the body as a whole), and what. */
export const Issue = v.object({ path: v.string(), message: v.string() });
export type Issue = v.InferOutput<typeof Issue>;

const delivery = {
  pk: v.pipe(v.string(), v.nonEmpty(), v.maxBytes(2048)),
  sk: v.pipe(v.string(), v.nonEmpty(), v.maxBytes(1000)),
  callback: v.pipe(v.string(), v.nonEmpty()),
  id: v.pipe(v.string(), v.nonEmpty()),
  receivedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** SHA-256 of the bytes that were received, hex. */
  bodyHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  body: v.string(),
  /** Set where the bytes were not UTF-8: `body` is their base64. */
  bodyEncoding: v.optional(v.literal('base64')),
};

/** A delivery that became a call record. */
export const AcceptedDelivery = v.strictObject({ ...delivery, record: CallRecord });
/** A delivery whose body could not be read as what its provider documents. */
export const RejectedDelivery = v.strictObject({ ...delivery, issues: v.array(Issue) });

export type RejectedDelivery = v.InferOutput<typeof RejectedDelivery>;

/** What receivers send and the consumer stores. */
export const Message = v.union([AcceptedDelivery, RejectedDelivery]);
export type Message = v.InferOutput<typeof Message>;

// SQS takes the XML 1.0 characters; its emulators refuse the astral ones too. Without the u flag each half of a pair is matched.
const UNSENDABLE = /[\ud800-\udfff\ufffe\uffff]+/g;

/** The message as SQS text; parsing it gives every character back. */
export const serialize = (message: Message): string =>
  JSON.stringify(message).replace(UNSENDABLE, escapeUnits);

const escapeUnits = (units: string): string => {
  let escaped = '';
  for (let n = 0; n < units.length; n++) escaped += `\\u${units.charCodeAt(n).toString(16)}`;
  return escaped;
};

/** A text of the queue that no receiver wrote. */
export class MalformedMessage extends Error {
  override name = 'MalformedMessage';
}

/** The message of an SQS text; throws MalformedMessage, which does not repeat the text, where it is none. */
export const deserialize = (text: string): Message => {
  const parsed = v.safeParse(Message, parseOrNothing(text));
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

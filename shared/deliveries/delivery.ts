import { hash } from 'node:crypto';
import type { Callback } from '../callbacks/callback.ts';
import { decodeUtf8, whole } from '../payload/body.ts';
import type { Issue } from '../payload/reader.ts';
import { expiryAfter } from './expiry.ts';

type Received = {
  /** `<callback>#<id>`, or `rejected#<callback>`. */
  pk: string;
  /** `body#<first 16 hex of the body's SHA-256>`; for a rejected body, the whole digest. */
  sk: string;
  callback: string;
  id: string;
  /** ISO 8601 UTC. */
  receivedAt: string;
  /** The text exactly as received. */
  body: string;
  /** SHA-256 of the received bytes, in hex. */
  bodyHash: string;
  source: Source;
};

/**
 * The origin of a body: the provider's callback, a replay of rejected bodies, or the provider's
 * list of calls.
 */
export type Source = 'callback' | 'replay' | 'list';

/** An accepted body: an item of the table of deliveries, and its message in the queue. */
export type Delivery = Received & {
  /** Epoch seconds, as DynamoDB's time to live wants them. The consumer sets it, if there is a retention. */
  expiresAt?: number;
};

/** A body that is no delivery of its callback, kept for 30 days at most. */
export type RejectedBody = Received & {
  /** Set if the bytes were not UTF-8: `body` is their base64. */
  bodyEncoding?: 'base64';
  issues: Issue[];
  expiresAt: number;
};

/** The result of a body: a delivery with its unreadable fields, or a rejected body. */
export type Reception =
  | { accepted: true; item: Delivery; issues: Issue[] }
  | { accepted: false; item: RejectedBody; issues: Issue[] };

/** Reads the bytes of a callback. */
export const receive = (
  callback: Callback,
  bytes: Uint8Array,
  receivedAt: string,
  source: Source = 'callback',
): Reception => {
  const bodyHash = hash('sha256', bytes);
  const body = decodeUtf8(bytes);
  const received = { callback: callback.name, receivedAt, bodyHash, source };
  const reject = (issues: Issue[], text: Pick<RejectedBody, 'body' | 'bodyEncoding'>): Reception => {
    const keys = { pk: rejectedKey(callback.name), sk: bodyHash, id: bodyHash };
    return {
      accepted: false,
      issues,
      item: { ...keys, ...received, ...text, issues, expiresAt: expiryAfter(receivedAt, REJECTED_DAYS) },
    };
  };
  if (body === undefined) {
    const base64 = Buffer.from(bytes).toString('base64');
    return reject([whole('is not UTF-8')], { body: base64, bodyEncoding: 'base64' });
  }
  const { id, issues } = callback.read(body);
  if (id === undefined) return reject(issues, { body });
  const keys = { pk: `${callback.name}#${id}`, sk: `body#${bodyHash.slice(0, 16)}`, id };
  return { accepted: true, issues, item: { ...keys, ...received, body } };
};

const REJECTED = 'rejected#';

/** The `pk` of a callback's rejected bodies. */
export const rejectedKey = (callback: string): string => REJECTED + callback;

/** Whether an item of the table of deliveries is a rejected body. */
export const isRejected = ({ pk }: { pk: string }): boolean => pk.startsWith(REJECTED);

/** How long a rejected body is kept at most. */
export const REJECTED_DAYS = 30;

import * as v from 'valibot';
import { callOfKey } from '../callbacks/list.ts';
import type { CallRecord } from '../calls/call.ts';
import { subjectOf } from '../deliveries/tombstone.ts';
import { isOwnIn, type LikenessInCall, likenessIn } from './likeness.ts';
import type { PhoneNumber } from './phone-number.ts';
import { writingsInBody } from './subject.ts';
import { eachOnce, type Writing, writingsIn } from './writings.ts';

/** What a dead letter has of a number. */
export type LetterOf = {
  /** What it is of, as a tombstone has it: a call or a rejected body. */
  subject: string | undefined;
  writings: Writing[];
  /** How the number is in the call that it tells. */
  inCall: LikenessInCall | undefined;
  /** Whether the number is the company's in that call. */
  isOwn: boolean;
  isRejected: boolean;
  /** Whether it is a body that its call does not have yet, and not what was once told of the call. */
  isBody: boolean;
};

const Text = v.pipe(v.string(), v.parseJson());
// A delivery or a rejected body, a job of the archiver, a job of an exporter, an event for an endpoint.
const Letter = v.pipe(
  Text,
  v.object({
    pk: v.optional(v.string()),
    sk: v.optional(v.string()),
    body: v.optional(v.string()),
    bodyEncoding: v.optional(v.string()),
  }),
);
const Event = v.pipe(Text, v.object({ data: v.looseObject({ pk: v.string() }) }));

/** Reads a dead letter of any queue, whatever it is. */
export const readLetter = (text: string, number: PhoneNumber): LetterOf => {
  const parsed = v.safeParse(Letter, text);
  const { pk, sk = '', body = '', bodyEncoding } = parsed.success ? parsed.output : {};
  const told = pk === undefined ? callOfEvent(body) : callOfDelivery(pk, body);
  const inCall = told && likenessIn(told.call, number);
  return {
    subject: told?.pk ?? (pk === undefined ? undefined : subjectOf({ pk, sk })),
    writings: eachOnce([...writingsIn(text, number), ...writingsInBody({ body, bodyEncoding }, number)]),
    inCall,
    isOwn: told !== undefined && isOwnIn(told.call, number),
    isRejected: pk?.startsWith('rejected#') ?? false,
    isBody: told !== undefined && pk !== undefined,
  };
};

type Told = { pk: string; call: CallRecord };

const callOfDelivery = (pk: string, body: string): Told | undefined => {
  const call = callOfKey(pk)?.callback.fold([body])?.record;
  return call && { pk, call };
};

const callOfEvent = (body: string): Told | undefined => {
  const parsed = v.safeParse(Event, body);
  if (!parsed.success) return undefined;
  const { data } = parsed.output;
  return { pk: data.pk, call: data as CallRecord };
};

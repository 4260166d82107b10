import type { CallRecord } from '../calls/call.ts';
import { legParties } from '../calls/leg-parties.ts';
import { type Likeness, likenessOf, type PhoneNumber, phoneNumberOf } from './phone-number.ts';

/** Where a number is in a call. */
export type Side = 'caller' | 'callee' | 'leg';

/** How a number is in a call. */
export type LikenessInCall = {
  /** The parties that it is like. */
  sides: Side[];
  /** `own`: it is the company's number in this call, a DID or the phone of the agent, so that the call is not that person's. */
  match: Likeness | 'own';
  /** The digits that the call has of it. */
  written: PhoneNumber;
};

// Numbers of the company.
const OWN = ['did', 'didX', 'didY', 'accessNumber', 'agentPhone'] as const;

/** The fields of a call that `likenessIn` looks at. */
export const FIELDS_WITH_NUMBERS = ['caller', 'callee', 'legs', ...OWN] as const;

type Numbers = Pick<CallRecord, (typeof FIELDS_WITH_NUMBERS)[number]>;

/** How a number is among the parties of a call; undefined if none of them is like it. */
export const likenessIn = (call: Numbers, number: PhoneNumber): LikenessInCall | undefined => {
  const like = partiesOf(call).flatMap(({ side, party }) => {
    const [likeness, written] = [likenessOf(number, party), phoneNumberOf(party)];
    return likeness && written ? [{ side, likeness, written }] : [];
  });
  const closest = like.find(({ likeness }) => likeness === 'same') ?? like[0];
  if (closest === undefined) return undefined;
  return {
    sides: [...new Set(like.map(({ side }) => side))],
    match: isOwnIn(call, number) ? 'own' : closest.likeness,
    written: closest.written,
  };
};

/** Whether a number is the company's in a call. */
export const isOwnIn = (call: Numbers, number: PhoneNumber): boolean =>
  OWN.some((field) => likenessOf(number, call[field]) !== undefined);

const partiesOf = ({ caller, callee, legs }: Numbers): { side: Side; party: string }[] => [
  ...(caller === undefined ? [] : [{ side: 'caller' as const, party: caller }]),
  ...(callee === undefined ? [] : [{ side: 'callee' as const, party: callee }]),
  ...legParties(legs).map((party) => ({ side: 'leg' as const, party })),
];

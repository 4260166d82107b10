import { cc } from '../callbacks/cc.ts';
import type { CallRecord } from '../calls/call.ts';
import { foldCall, isListed } from '../calls/fold.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import { parseBody } from '../payload/body.ts';
import { isAbsent } from '../payload/reader.ts';
import { isSameMeaning } from './meaning.ts';
import type { Difference } from './run.ts';

/**
 * How a listed row compares with what was received of its call. `same`: nothing is to be told. `more`: callbacks left fields out. `newer`:
 * only the list has told of the call, and says something else by now. `different`: a callback said something else.
 */
export type Comparison = {
  /** Whether the call has more or other fields with the row than without it. */
  adds: boolean;
} & ({ outcome: 'same' | 'more' | 'newer' } | { outcome: 'different'; fields: Record<string, Difference> });

type Facts = Record<string, unknown>;

/** Whether a call has all that a row says, as far as its item tells. */
export const hasAll = (row: string, item: object): boolean => isEvery(factsOf([row]), item as Facts);

/** Compares a row with the bodies that were received of its call. */
export const compare = (row: string, deliveries: readonly Delivery[]): Comparison => {
  const theirs = factsOf([row]);
  const call: Facts = foldCall(cc, deliveries) ?? {};
  const told = deliveries.filter((one) => !isListed(one)).map(({ body }) => body);
  if (told.length === 0) {
    const isKnown = isEvery(theirs, call);
    return { outcome: isKnown ? 'same' : 'newer', adds: !isKnown };
  }
  const adds = Object.entries(theirs).some(([name, value]) => !(name in call) && !isNothing(value));
  const fields = differences(theirs, call, told, row);
  if (Object.keys(fields).length > 0) return { outcome: 'different', fields, adds };
  return { outcome: adds ? 'more' : 'same', adds };
};

/** Whether ours has all that theirs says. */
const isEvery = (theirs: Facts, ours: Facts): boolean =>
  Object.entries(theirs).every(([name, value]) => isSaid(name, value, ours[name]));

const isSaid = (name: string, theirs: unknown, ours: unknown): boolean =>
  ours === undefined
    ? isNothing(theirs)
    : NEVER_DIFFERENT.has(name as keyof CallRecord) || isSameMeaning(name, ours, theirs);

// The list gives 0 and false for what a callback leaves out.
const isNothing = (value: unknown): boolean => isAbsent(value) || Number(value) === 0;

/** Fields that only the list is documented to have, and text in the language of the account. */
const NEVER_DIFFERENT = new Set<keyof CallRecord>([
  ...(['lineIp', 'mediaIp', 'sipCode', 'hangupCause', 'mos'] as const),
  ...(['statusText', 'hangupReason'] as const),
]);

/**
 * The fields of which callbacks said something else than the row, or that there is nothing. Callbacks leave most fields out, and what
 * follows from these is no difference: so what they said is compared with what the row says in the same fields.
 */
const differences = (
  theirs: Facts,
  call: Facts,
  told: readonly string[],
  row: string,
): Record<string, Difference> => {
  const ours = factsOf(told);
  const rows = Object.entries(factsOf([inFieldsOf(told, row)]));
  const differing = rows.filter(
    ([name, value]) =>
      !NEVER_DIFFERENT.has(name as keyof CallRecord) &&
      !isSaid(name, value, ours[name]) &&
      !isSaid(name, theirs[name], call[name]),
  );
  return Object.fromEntries(
    differing.map(([name]) => [name, { ...(name in call && { ours: call[name] }), theirs: theirs[name] }]),
  );
};

const factsOf = (bodies: readonly string[]): Facts => cc.fold(bodies)?.record ?? {};

/** What is left of a row in the fields that bodies name, and not only to say that there is nothing. */
const inFieldsOf = (bodies: readonly string[], row: string): string => {
  const told = bodies.map(objectOf);
  const isNamed = (name: string, value: unknown): boolean =>
    told.some((body) => (isNothing(value) ? !isAbsent(body[name]) : Object.hasOwn(body, name)));
  return JSON.stringify(
    Object.fromEntries(Object.entries(objectOf(row)).filter(([name, value]) => isNamed(name, value))),
  );
};

const objectOf = (body: string): Record<string, unknown> => {
  const parsed = parseBody(body);
  return 'value' in parsed ? parsed.value : {};
};

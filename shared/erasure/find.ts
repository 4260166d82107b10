import { type CallItem, MAX_LEGS } from '../calls/item.ts';
import { cutKey, SEVERAL_LEGS } from '../calls/keys.ts';
import { type Lane, readLaneWithExpired } from '../calls/lanes.ts';
import { BEGINNING, END } from '../calls/merge.ts';
import { callAt } from '../calls/open.ts';
import { partyKey } from '../calls/party.ts';
import { readCalls } from '../calls/read-calls.ts';
import { FIELDS_WITH_NUMBERS, type LikenessInCall, likenessIn } from './likeness.ts';
import type { PhoneNumber } from './phone-number.ts';

/** A call of a number. */
export type FoundCall = LikenessInCall & {
  pk: string;
  ref: string;
  at: string;
  slot: string;
  receivedAt: string;
  revisedAt: string;
};

export type FindOptions = {
  abortSignal: AbortSignal;
  /** Told of each read what it took, in units of DynamoDB. */
  onRead?: (units: number) => void;
};

/**
 * The calls that a number is a party of, each once and in no order: as caller, as callee, or by a leg only. Those too that have expired and
 * are not deleted yet. Reads what the indexes hold for its last digits, and nothing else.
 */
export async function* findCalls(number: PhoneNumber, options: FindOptions): AsyncGenerator<FoundCall, void> {
  const seen = new Set<string>();
  for (const lane of lanesOf(number)) {
    for await (const calls of callsOfLane(lane, options)) {
      for (const call of calls) {
        if (seen.has(call.pk)) continue;
        seen.add(call.pk);
        const found = await foundIn(call, number, options);
        if (found !== undefined) yield found;
      }
    }
  }
}

const lanesOf = (number: PhoneNumber): Lane[] => {
  const value = cutKey(partyKey(number) ?? '');
  return [
    { index: 'byCaller', attribute: 'callerKey', value },
    { index: 'byCallee', attribute: 'calleeKey', value },
    { index: 'byLeg', attribute: 'legKey', value },
    { index: 'byLeg', attribute: 'legKey', value: SEVERAL_LEGS },
  ];
};

const PAGE = 500;

const FIELDS = ['pk', 'ref', 'at', 'slot', 'receivedAt', 'revisedAt', ...FIELDS_WITH_NUMBERS];

async function* callsOfLane(
  lane: Lane,
  { abortSignal, onRead }: FindOptions,
): AsyncGenerator<CallItem[], void> {
  const hasKeysOnly = lane.index === 'byLeg';
  let before: string | undefined = END;
  while (before !== undefined) {
    const period = { from: BEGINNING, before };
    const fields = hasKeysOnly ? ['pk', 'at'] : FIELDS;
    const { items, frontier, units } = await readLaneWithExpired(lane, period, PAGE, abortSignal, fields);
    onRead?.(units);
    yield hasKeysOnly ? await whole(items, abortSignal) : items;
    before = frontier;
  }
}

const whole = async (items: CallItem[], abortSignal: AbortSignal): Promise<CallItem[]> => {
  const pks = items.map(({ pk }) => pk);
  const calls: CallItem[] = [];
  while (pks.length > 0) {
    const read = await readCalls(pks, abortSignal);
    calls.push(...[...read.values()].filter((call) => call !== undefined));
    pks.splice(0, pks.length, ...pks.filter((pk) => !read.has(pk)));
  }
  return calls;
};

const foundIn = async (
  call: CallItem,
  number: PhoneNumber,
  { abortSignal }: FindOptions,
): Promise<FoundCall | undefined> => {
  const { pk, ref, at, slot, receivedAt, revisedAt } = call;
  const likeness = likenessIn(call, number) ?? (await likenessInAllLegs(call, number, abortSignal));
  return likeness && { pk, ref, at, slot, receivedAt, revisedAt, ...likeness };
};

const likenessInAllLegs = async (call: CallItem, number: PhoneNumber, abortSignal: AbortSignal) => {
  if (call.legs?.length !== MAX_LEGS) return undefined;
  const opened = await callAt(call.pk, abortSignal);
  return likenessIn({ ...call, legs: opened?.legs }, number);
};

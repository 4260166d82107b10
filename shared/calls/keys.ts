import { refOf } from '../deliveries/ref.ts';
import type { CallRecord } from './call.ts';
import { legParties } from './leg-parties.ts';
import { partyKey } from './party.ts';

/** The attributes that find a call. Each but `slot` is absent if there is nothing to find it by. */
export type CallKeys = {
  /** `<time>#<ref>`: unique and sortable, so it is the cursor of every query. */
  at: string;
  /** `<UTC day>#<0-3>`: the calls of a day, in four partitions. */
  slot: string;
  callerKey: string | undefined;
  calleeKey: string | undefined;
  /** Of a party that only the legs tell; `several` if these are more than one. */
  legKey: string | undefined;
  /** `id:<agentId>`, else `name:<agentName>`, else `phone:<agentPhone>`. */
  agentKey: string | undefined;
  /** `callId`, if it is not the id of the `pk`. */
  otherId: string | undefined;
};

/** Partitions of a day: DynamoDB writes 1,000 items a second to each. */
export const SLOTS_PER_DAY = 4;

export const keysOf = (
  { pk, id, receivedAt }: { pk: string; id: string; receivedAt: string },
  call: CallRecord,
): CallKeys => {
  const ref = refOf(pk);
  const time = timeOf(call) ?? receivedAt;
  return {
    at: `${time}#${ref}`,
    slot: slotOf(time, ref, receivedAt),
    callerKey: cut(partyKey(call.caller)),
    calleeKey: cut(partyKey(call.callee)),
    legKey: legKeyOf(call),
    agentKey: cut(agentKeyOf(call)),
    otherId: call.callId === id ? undefined : cut(call.callId),
  };
};

/**
 * The slot of calls dated more than a day after their arrival, so that a query need not read every
 * future day.
 */
export const AHEAD_SLOT = 'ahead#0';
const DAY_MS = 86_400_000;

const slotOf = (time: string, ref: string, receivedAt: string): string =>
  Date.parse(time) > Date.parse(receivedAt) + DAY_MS ? AHEAD_SLOT : `${time.slice(0, 10)}#${shardOf(ref)}`;

/** The partition of a call within its day. */
export const shardOf = (ref: string): number => Number.parseInt(ref.slice(0, 2), 16) % SLOTS_PER_DAY;

/** The key of all calls whose legs tell more than one party that is neither caller nor callee. They are few. */
export const SEVERAL_LEGS = 'several:';

const legKeyOf = ({ caller, callee, legs }: CallRecord): string | undefined => {
  const known = [caller, callee].map(partyKey);
  const others = new Set(
    legParties(legs)
      .map(partyKey)
      .filter((key) => !known.includes(key)),
  );
  others.delete(undefined);
  const [other] = others;
  return others.size > 1 ? SEVERAL_LEGS : cut(other);
};

/** What distinguishes an agent from others. */
export const agentKeyOf = ({ agentId, agentName, agentPhone }: CallRecord): string | undefined => {
  if (agentId) return `id:${agentId.toLowerCase()}`;
  if (agentName) return `name:${agentName.toLowerCase()}`;
  return agentPhone && `phone:${agentPhone.toLowerCase()}`;
};

// Not pickedUpAt, which is ten days off in the provider's sample, and not recordCreatedAt, which
// dates the record.
const OWN_TIMES = [
  'ringingAt',
  'queuedAt',
  'dequeuedAt',
  'answeredAt',
  'agentAnsweredAt',
  'endedAt',
  'occurredAt',
] as const;

const timeOf = (call: CallRecord): string | undefined =>
  call.startedAt ??
  OWN_TIMES.map((name) => call[name])
    .filter((time) => time !== undefined)
    .sort()[0];

/** The `agentKey` that a filter names; undefined if it is an id, a name or a phone. */
export const agentFilterKey = (filter: string): string | undefined =>
  /^(id|name|phone):./s.test(filter) ? cutKey(filter.toLowerCase()) : undefined;

// An index key may have 1,024 bytes; no number or name needs more than this.
const MAX_KEY_BYTES = 256;

/** A key as an index stores it. */
export const cutKey = (key: string): string => {
  const bytes = Buffer.from(key);
  if (bytes.length <= MAX_KEY_BYTES) return key;
  // Leaves out a character that the cut would halve: in streaming mode, the decoder waits for the
  // rest of it.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, MAX_KEY_BYTES), {
    stream: true,
  });
};

const cut = (key: string | undefined): string | undefined => (key ? cutKey(key) : undefined);

import { isGoingOn } from './going-on.ts';
import type { CallItem } from './item.ts';
import { agentFilterKey } from './keys.ts';
import { isSameParty } from './party.ts';

/** Yes, no, or not said by the provider. */
export type Tristate = 'true' | 'false' | 'unknown';

/** Which calls match: all given filters must hold. */
export type CallFilters = {
  /** ISO 8601 UTC, inclusive. */
  from: string;
  /** ISO 8601 UTC, exclusive; without it, calls dated in the future match too. */
  to?: string | undefined;
  /** Either party, in any notation. */
  number?: string | undefined;
  caller?: string | undefined;
  callee?: string | undefined;
  /** Keys like `id:4711`, or an agent's id, name or phone; one of them must match. */
  agents?: string[] | undefined;
  /** The id of the `pk`, `callId`, `orderId` or `taskId`. */
  id?: string | undefined;
  callbacks?: string[] | undefined;
  direction?: string | undefined;
  answered?: Tristate | undefined;
  abandoned?: Tristate | undefined;
  status?: string | undefined;
  hangupBy?: string | undefined;
  /** Seconds, inclusive; a call without a talk time never matches. */
  minTalk?: number | undefined;
  maxTalk?: number | undefined;
  /** Has a recording: a URL, an id, or a file in the archive. */
  recording?: boolean | undefined;
  /** Has fields that could not be read. */
  issues?: boolean | undefined;
  /** Has begun and not ended. */
  ongoing?: boolean | undefined;
  /** The `ref` of a log line. */
  ref?: string | undefined;
};

/** The fields of a call that each filter reads. */
const FIELDS: Record<keyof CallFilters, readonly (keyof CallItem)[]> = {
  from: ['at'],
  to: ['at'],
  number: ['caller', 'callee', 'callerKey'],
  caller: ['caller'],
  callee: ['callee'],
  agents: ['agentKey', 'agentId', 'agentName', 'agentPhone'],
  id: ['id', 'callId', 'orderId', 'taskId'],
  callbacks: ['callback'],
  direction: ['direction'],
  answered: ['answered'],
  abandoned: ['abandoned'],
  status: ['status'],
  hangupBy: ['hangupBy'],
  minTalk: ['talkSeconds'],
  maxTalk: ['talkSeconds'],
  recording: ['recordingUrl', 'recordingId', 'legs', 'recording'],
  issues: ['issues'],
  ongoing: ['callback', 'status', 'endedAt'],
  ref: ['ref'],
};

/** The fields of a call that the filters need. */
export const fieldsOf = (filters: CallFilters): readonly string[] =>
  (Object.keys(FIELDS) as (keyof CallFilters)[])
    .filter((name) => filters[name] !== undefined)
    .flatMap((name) => FIELDS[name]);

/** Whether a call matches, from whatever index it was read. */
export const matches = (call: CallItem, filters: CallFilters): boolean =>
  isInPeriod(call.at, filters) &&
  (filters.callbacks?.includes(call.callback) ?? true) &&
  isEqual(call.direction, filters.direction) &&
  isEqual(call.status, filters.status) &&
  isEqual(call.hangupBy, filters.hangupBy) &&
  isSaid(call.answered, filters.answered) &&
  isSaid(call.abandoned, filters.abandoned) &&
  hasTalked(call.talkSeconds, filters) &&
  (!filters.recording || hasRecording(call)) &&
  (!filters.issues || call.issues !== undefined) &&
  (!filters.ongoing || isGoingOn(call)) &&
  isEqual(call.ref, filters.ref) &&
  (filters.id === undefined || hasId(call, filters.id)) &&
  (filters.agents?.some((agent) => isAgent(call, agent)) ?? true) &&
  isParty(call.caller, filters.caller) &&
  isParty(call.callee, filters.callee) &&
  (filters.number === undefined ||
    isParty(call.caller, filters.number) ||
    isParty(call.callee, filters.number));

const isInPeriod = (at: string, { from, to }: CallFilters): boolean =>
  at >= from && (to === undefined || at < to);

const isEqual = (value: string | undefined, wanted: string | undefined): boolean =>
  wanted === undefined || value === wanted;

const isSaid = (value: boolean | undefined, wanted: Tristate | undefined): boolean =>
  wanted === undefined || (value === undefined ? 'unknown' : String(value)) === wanted;

const hasTalked = (seconds: number | undefined, { minTalk, maxTalk }: CallFilters): boolean =>
  (minTalk === undefined || (seconds ?? -1) >= minTalk) &&
  (maxTalk === undefined || (seconds !== undefined && seconds <= maxTalk));

/** Whether a call has a recording: a URL, an id, or a file in the archive. */
export const hasRecording = ({
  recording,
  recordingUrl,
  recordingId,
  legs = [],
}: Pick<CallItem, 'recording' | 'recordingUrl' | 'recordingId' | 'legs'>): boolean =>
  [recording, recordingUrl, recordingId].some((value) => value !== undefined) ||
  legs.some((leg) => leg.recordingUrl !== undefined || leg.recording !== undefined);

const hasId = (call: CallItem, wanted: string): boolean =>
  isKnownBy(call, wanted) || call.orderId === wanted || call.taskId === wanted;

/** Whether an id is that of the call's `pk`, or its `callId`. */
export const isKnownBy = ({ id, callId }: CallItem, wanted: string): boolean =>
  callId === wanted || id === wanted || ID_PREFIXES.some((prefix) => id === prefix + wanted);

/** What can precede the provider's call id in the id of a `pk`: `pns#call:<callId>`. */
export const ID_PREFIXES = ['call:', 'notice:'];

const isAgent = ({ agentKey, agentId, agentName, agentPhone }: CallItem, wanted: string): boolean => {
  const key = agentFilterKey(wanted);
  if (key !== undefined) return agentKey === key;
  return [agentId, agentName, agentPhone].some((value) => value?.toLowerCase() === wanted.toLowerCase());
};

const isParty = (written: string | undefined, wanted: string | undefined): boolean =>
  wanted === undefined || (written !== undefined && isSameParty(written, wanted));

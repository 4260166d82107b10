import * as v from 'valibot';
import { ARCHIVE_STATES } from '../deliveries/archive-result.ts';
import type { Json, Named } from '../payload/field-types.ts';

/** A code of the vocabulary: one of the names, or `unknown:<code>`. */
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  v.union([v.picklist(names), v.pipe(v.string(), v.regex(/^unknown:/))]) as v.GenericSchema<
    Named<Names[number]>
  >;

const time = v.pipe(v.string(), v.isoTimestamp());
const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.string();
const integer = v.pipe(v.number(), v.integer());

/**
 * The state of a recording in the archive. `state` refers to the call's present link. Until that is
 * fetched, the file can come from an earlier link.
 */
export const Recording = v.strictObject({
  state: v.picklist(ARCHIVE_STATES),
  key: v.optional(text),
  bytes: v.optional(integer),
  sha256: v.optional(text),
  type: v.optional(text),
  at: v.optional(time),
  reason: v.optional(text),
});

/** The state of a recording in the archive. */
export type Recording = v.InferOutput<typeof Recording>;

export const DIRECTIONS = ['inbound', 'outbound', 'ai'] as const;

export const HANGUP_PARTIES = ['agent', 'customer', 'caller', 'callee', 'transfer', 'unknown'] as const;

export const STATUSES = [
  // Call Center, by its hangup code
  'normal-end',
  'voicemail',
  'network-interruption',
  'agent-quick-hangup',
  'customer-quick-hangup',
  'abandoned-in-queue',
  'queue-timeout',
  'no-agent-online',
  'all-agents-busy',
  'blacklisted',
  'customer-cancelled',
  'forwarded',
  'forwarded-failed',
  'agent-cancelled',
  'rejected',
  'no-answer',
  'call-prohibited',
  'refused',
  'unreachable',
  'busy',
  'transferred',
  'transfer-agent-quick-hangup',
  'transfer-customer-quick-hangup',
  'transfer-abandoned-in-queue',
  'transfer-queue-timeout',
  'transfer-no-agent-online',
  'transfer-all-agents-busy',
  'transfer-customer-cancelled',
  // ICC
  'none',
  'connected',
  'outside-service-hours',
  'agent-no-answer',
  'abandoned-in-ivr',
  'agent-hangup-while-ringing',
  // PNS
  'unknown',
  'abnormal-end',
  'not-bound',
  // predictive, which has `connected` too
  'calling',
  'answered',
  'ended',
] as const;

/** One side of a PNS call. */
export const Leg = v.strictObject({
  leg: v.optional(oneOf(['caller', 'callee'])),
  legId: v.optional(text),
  caller: v.optional(text),
  callee: v.optional(text),
  startedAt: v.optional(time),
  ringingAt: v.optional(time),
  answeredAt: v.optional(time),
  endedAt: v.optional(time),
  talkSeconds: v.optional(seconds),
  ringSeconds: v.optional(seconds),
  hungUp: v.optional(v.boolean()),
  hangupCode: v.optional(integer),
  hangupReason: v.optional(text),
  status: v.optional(text),
  statusText: v.optional(text),
  recordingUrl: v.optional(text),
  extensions: v.optional(text),
  carrierCallId: v.optional(text),
});

/** One side of a PNS call. */
export type Leg = v.InferOutput<typeof Leg>;

/**
 * A call in the vocabulary that all four products share. Times are ISO 8601 UTC with milliseconds,
 * durations whole seconds, ids text, `cost` an exact decimal. What did not happen or was not said
 * is absent. docs/records.md explains each field.
 */
export const CallRecord = v.strictObject({
  callId: v.optional(text),
  tenantId: v.optional(text),
  businessId: v.optional(text),
  taskId: v.optional(text),
  orderId: v.optional(text),
  transferId: v.optional(text),
  bindId: v.optional(text),
  customerBindId: v.optional(text),
  bindType: v.optional(text),
  requestId: v.optional(text),
  did: v.optional(text),
  didX: v.optional(text),
  didY: v.optional(text),
  extensionX: v.optional(text),
  extensionCaller: v.optional(text),
  extensionCallee: v.optional(text),
  accessNumber: v.optional(text),
  direction: v.optional(oneOf(DIRECTIONS)),
  caller: v.optional(text),
  callee: v.optional(text),
  agentId: v.optional(text),
  agentName: v.optional(text),
  agentNickname: v.optional(text),
  agentPhone: v.optional(text),
  skillGroupId: v.optional(text),
  customerId: v.optional(text),
  customerName: v.optional(text),
  customerRegion: v.optional(text),
  customerCarrier: v.optional(text),
  startedAt: v.optional(time),
  ringingAt: v.optional(time),
  queuedAt: v.optional(time),
  dequeuedAt: v.optional(time),
  answeredAt: v.optional(time),
  agentAnsweredAt: v.optional(time),
  endedAt: v.optional(time),
  occurredAt: v.optional(time),
  pickedUpAt: v.optional(time),
  recordCreatedAt: v.optional(time),
  talkSeconds: v.optional(seconds),
  ringSeconds: v.optional(seconds),
  queueSeconds: v.optional(seconds),
  waitSeconds: v.optional(seconds),
  wrapUpSeconds: v.optional(seconds),
  answered: v.optional(v.boolean()),
  abandoned: v.optional(v.boolean()),
  status: v.optional(oneOf(STATUSES)),
  statusText: v.optional(text),
  hangupBy: v.optional(oneOf(HANGUP_PARTIES)),
  hangupCode: v.optional(integer),
  hangupReason: v.optional(text),
  hangupCause: v.optional(text),
  recordingUrl: v.optional(text),
  recordingId: v.optional(text),
  voicemailUrl: v.optional(text),
  channel: v.optional(oneOf(['routine', 'batch-outbound', 'ivr'])),
  dtmf: v.optional(v.array(text)),
  ivrPath: v.optional(text),
  intent: v.optional(text),
  satisfaction: v.optional(integer),
  forms: v.optional(v.custom<Json>((value) => value !== undefined)),
  cost: v.optional(text),
  lineIp: v.optional(text),
  mediaIp: v.optional(text),
  sipCode: v.optional(integer),
  mos: v.optional(text),
  passthrough: v.optional(text),
  legs: v.optional(v.array(Leg)),
});

/** A call in the vocabulary that all four products share. */
export type CallRecord = v.InferOutput<typeof CallRecord>;

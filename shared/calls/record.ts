import * as v from 'valibot';
import type { Json } from '../payload/json-value.ts';

const time = v.optional(v.pipe(v.string(), v.isoTimestamp()));
const seconds = v.optional(v.pipe(v.number(), v.integer()));
const string = v.optional(v.string());

/**
 * The one vocabulary of all four products. Times are ISO 8601 UTC with milliseconds, durations whole seconds, ids text, `cost` an
 * exact decimal; what did not happen or was not sent is absent. A code without a name is `unknown:<code>`.
 */
export const CallRecord = v.strictObject({
  callId: string,
  tenantId: string,
  businessId: string,
  taskId: string,
  orderId: string,
  transferId: string,
  bindId: string,
  customerBindId: string,
  did: string,
  accessNumber: string,
  direction: string,
  caller: string,
  callee: string,
  agentId: string,
  agentName: string,
  agentNickname: string,
  agentPhone: string,
  skillGroupId: string,
  customerId: string,
  customerName: string,
  customerRegion: string,
  customerCarrier: string,
  startedAt: time,
  ringingAt: time,
  answeredAt: time,
  endedAt: time,
  queuedAt: time,
  dequeuedAt: time,
  connectedAt: time,
  recordCreatedAt: time,
  occurredAt: time,
  talkSeconds: seconds,
  ringSeconds: seconds,
  queueSeconds: seconds,
  waitSeconds: seconds,
  wrapUpSeconds: seconds,
  answered: v.optional(v.boolean()),
  status: string,
  statusText: string,
  hangupBy: string,
  hangupCode: v.optional(v.pipe(v.number(), v.integer())),
  hangupReason: string,
  recordingUrl: string,
  recordingId: string,
  voicemailUrl: string,
  channel: string,
  dtmf: v.optional(v.array(v.string())),
  ivrPath: string,
  intent: string,
  satisfaction: v.optional(v.pipe(v.number(), v.integer())),
  forms: v.optional(v.custom<Json>((value) => value !== undefined)),
  cost: string,
  passthrough: string,
});

/** What a callback's `record` returns. */
export type CallRecord = v.InferOutput<typeof CallRecord>;

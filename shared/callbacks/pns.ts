import type { Leg } from '../calls/call.ts';
import { code, digits, filled, integer, nameOf, seconds, text } from '../payload/field-types.ts';
import { fields, listOf, type Read } from '../payload/reader.ts';
import { happened, time } from '../payload/times.ts';
import { callback, NEEDED } from './callback.ts';
import { type Facts, foldVersions, present } from './versions.ts';

const legPayload = fields({
  callType: code({ 1: 'caller', 2: 'callee' }),
  caller: text(),
  callee: text(),
  callStartAt: time(),
  callRingAt: time(),
  callAnswerAt: time(),
  callFinishAt: time(),
  duration: seconds(),
  ringDuration: seconds(),
  callRecordFile: text(),
  hangupType: code({ 0: 'no', 1: 'yes' }),
  hangupCause: text(),
  hangupCode: integer(),
  uuid: text(),
  fsCallStatus: text(),
  fsCallStatusMsg: text(),
  vosCallId: text(),
  allExtension: text(),
});

const payload = fields({
  id: digits(),
  callId: filled(),
  businessId: text(),
  bindId: text(),
  customerBindId: text(),
  did: text(),
  caller: text(),
  callee: text(),
  startAt: time(),
  answerAt: time(),
  hangupAt: time(),
  duration: seconds(),
  callStatus: text(),
  callStatusMsg: text(),
  hangup: code({ 0: 'caller', 1: 'callee' }),
  hangupCode: integer(),
  hangupCause: text(),
  recordFile: text(),
  // Since 2024-01
  extensionCaller: text(),
  extensionCallee: text(),
  // Since 2024-09, in place of id, times, duration, hang-up and recording
  didX: text(),
  didY: text(),
  extensionX: text(),
  pnsType: text(),
  ext: text(),
  legList: listOf(legPayload),
  // The notice that a number had no binding
  code: integer(),
  msg: text(),
  requestId: filled(),
  data: fields({
    action: text(),
    requestParams: fields({ caller: text(), did: text() }),
    occurrenceTime: time(),
  }),
});

type Payload = Read<typeof payload>;

// A notice has fields in `data.requestParams`.
const LEVELS = 3;

/** PNS call result in its three formats, and the notice that a number has no binding. */
export const pns = callback({
  name: 'pns',
  payload,
  identify: (call) => {
    if (isId(call.id)) return call.id;
    if (call.callId !== undefined) return `call:${call.callId}`;
    return call.requestId === undefined ? undefined : `notice:${call.requestId}`;
  },
  identity: { path: 'id', message: `or callId ${NEEDED}` },
  bodies: 'versions',
  fold: foldVersions((call): Facts | undefined => {
    if (isId(call.id) || call.callId !== undefined) return callFacts(call);
    return call.code === NOT_BOUND ? noticeFacts(call) : undefined;
  }, LEVELS),
});

// An int64 that is not set can also be 0.
const isId = (id: string | undefined): id is string => id !== undefined && id !== '0';

// "binding not exist": the call reached nobody.
const NOT_BOUND = 10_013;

const noticeFacts = ({ requestId, msg, data }: Payload): Facts => ({
  requestId,
  caller: data?.requestParams?.caller,
  did: data?.requestParams?.did,
  occurredAt: data?.occurrenceTime,
  answered: false,
  status: 'not-bound',
  statusText: msg,
});

const callFacts = (call: Payload): Facts => {
  const legs = call.legList?.filter((leg) => leg !== undefined);
  const told = legs && factsOfLegs(legs);
  const answeredAt = call.answerAt === undefined ? told?.answeredAt : call.answerAt;
  const status = call.callStatus === undefined ? undefined : statusOf(call.callStatus, legs !== undefined);
  return {
    callId: call.callId,
    businessId: call.businessId,
    bindId: call.bindId,
    customerBindId: call.customerBindId,
    bindType: call.pnsType,
    did: call.did,
    didX: call.didX,
    didY: call.didY,
    extensionX: call.extensionX,
    extensionCaller: call.extensionCaller,
    extensionCallee: call.extensionCallee,
    caller: call.caller,
    callee: call.callee,
    startedAt: call.startAt ?? told?.startedAt,
    ringingAt: told?.ringingAt,
    answeredAt,
    endedAt: call.hangupAt ?? told?.endedAt,
    talkSeconds: call.duration ?? told?.talkSeconds,
    ringSeconds: told?.ringSeconds,
    answered: happened(answeredAt) ?? (status === 'connected' ? true : undefined),
    status,
    statusText: call.callStatusMsg,
    hangupBy: call.hangup ?? told?.hangupBy,
    hangupCode: call.hangupCode ?? told?.hangupCode,
    hangupReason: call.hangupCause ?? told?.hangupReason,
    recordingUrl: call.recordFile ?? told?.recordingUrl,
    passthrough: call.ext,
    legs: legs?.map(legOf),
  };
};

const STATUSES = { 0: 'unknown', 1: 'normal-end', 2: 'abnormal-end' } as const;
const STATUSES_WITH_LEGS = { 1: 'connected' } as const;

const statusOf = (written: string, hasLegs: boolean) =>
  hasLegs ? nameOf(STATUSES_WITH_LEGS, written) : nameOf(STATUSES, written);

type LegPayload = Read<typeof legPayload>;

const factsOfLegs = (legs: LegPayload[]): Facts => {
  const caller = legs.find(({ callType }) => callType === 'caller');
  const callees = legs.filter(({ callType }) => callType === 'callee');
  // Of several legs that were tried, the one that answered.
  const callee = callees.find(({ callAnswerAt }) => callAnswerAt) ?? callees[0];
  const hungUp = legs.filter(({ hangupType }) => hangupType === 'yes');
  // If both legs say so, or neither does, it is unknown.
  const [by] = hungUp.length === 1 ? hungUp : [];
  const hangup = by ?? callee;
  const times = (field: 'callStartAt' | 'callFinishAt') =>
    legs
      .map((leg) => leg[field])
      .filter((at) => typeof at === 'string')
      .sort();
  return {
    startedAt: caller?.callStartAt ?? times('callStartAt')[0],
    ringingAt: callee?.callRingAt,
    answeredAt: callee?.callAnswerAt,
    endedAt: times('callFinishAt').at(-1),
    talkSeconds: callee?.duration,
    ringSeconds: callee?.ringDuration,
    hangupBy: by?.callType === 'caller' || by?.callType === 'callee' ? by.callType : undefined,
    hangupCode: hangup?.hangupCode,
    hangupReason: hangup?.hangupCause,
    recordingUrl: legs.find(({ callRecordFile }) => callRecordFile !== undefined)?.callRecordFile,
  };
};

const legOf = (leg: LegPayload): Leg =>
  present({
    leg: leg.callType,
    legId: leg.uuid,
    caller: leg.caller,
    callee: leg.callee,
    startedAt: leg.callStartAt,
    ringingAt: leg.callRingAt,
    answeredAt: leg.callAnswerAt,
    endedAt: leg.callFinishAt,
    talkSeconds: leg.duration,
    ringSeconds: leg.ringDuration,
    hungUp: leg.hangupType === 'yes' ? true : leg.hangupType === 'no' ? false : undefined,
    hangupCode: leg.hangupCode,
    hangupReason: leg.hangupCause,
    status: leg.fsCallStatus,
    statusText: leg.fsCallStatusMsg,
    recordingUrl: leg.callRecordFile,
    extensions: leg.allExtension,
    carrierCallId: leg.vosCallId,
  });

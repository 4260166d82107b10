import { code, decimal, filled, flag, integer, list, seconds, text } from '../payload/field-types.ts';
import { fields } from '../payload/reader.ts';
import { happened, secondsBetween, time } from '../payload/times.ts';
import { callback, NEEDED } from './callback.ts';
import { settledBy } from './cc-hangup-codes.ts';
import { type Facts, foldVersions } from './versions.ts';

const payload = fields({
  callId: filled(),
  taskId: text(),
  orderId: text(),
  direction: code(
    { 0: 'inbound', 1: 'outbound', 2: 'ai' },
    { incoming: 'inbound', outgoing: 'outbound', aicc: 'ai' },
  ),
  caller: text(),
  callee: text(),
  agentName: text(),
  agentNickName: text(),
  startTime: time(),
  ringTime: time(),
  answerTime: time(),
  endTime: time(),
  inQueueTime: time(),
  outQueueTime: time(),
  callDuration: seconds(),
  ringDuration: seconds(),
  queueDuration: seconds(),
  answered: flag(),
  callStatus: text(),
  hangupBy: code(
    { 0: 'agent', 1: 'customer', 2: 'unknown' },
    { 'agent hangup': 'agent', 'user hangup': 'customer', user: 'customer' },
  ),
  hangupCode: integer(),
  hangupReason: text(),
  recordUrl: text(),
  leaveMsgUrl: text(),
  dtmfKeys: list(),
  intent: text(),
  totalCustomerPrice: decimal(),
  other: text(),
  // Only the list of calls documents these.
  lineIp: text(),
  mediaIp: text(),
  termSipCode: integer(),
  hangupCause: text(),
  mos: decimal(),
});

/** Call Center call log. */
export const cc = callback({
  name: 'cc',
  payload,
  identify: (call) => call.callId,
  identity: { path: 'callId', message: NEEDED },
  bodies: 'versions',
  fold: foldVersions((call): Facts => {
    const settled = settledBy(call.hangupCode);
    return {
      callId: call.callId,
      taskId: call.taskId,
      orderId: call.orderId,
      direction: call.direction,
      caller: call.caller,
      callee: call.callee,
      agentName: call.agentName,
      agentNickname: call.agentNickName,
      startedAt: call.startTime,
      ringingAt: call.ringTime,
      answeredAt: call.answerTime,
      endedAt: call.endTime,
      queuedAt: call.inQueueTime,
      dequeuedAt: call.outQueueTime,
      talkSeconds: call.callDuration,
      ringSeconds: call.ringDuration,
      // One of the provider's samples has milliseconds in queueDuration.
      queueSeconds: secondsBetween(call.inQueueTime, call.outQueueTime) ?? call.queueDuration,
      answered: settled.answered ?? call.answered ?? happened(call.answerTime),
      abandoned: settled.abandoned,
      status: settled.status,
      statusText: call.callStatus,
      hangupBy: settled.hangupBy ?? call.hangupBy,
      hangupCode: call.hangupCode,
      hangupReason: call.hangupReason,
      hangupCause: call.hangupCause,
      recordingUrl: call.recordUrl,
      voicemailUrl: call.leaveMsgUrl,
      dtmf: call.dtmfKeys,
      intent: call.intent,
      cost: call.totalCustomerPrice,
      lineIp: call.lineIp,
      mediaIp: call.mediaIp,
      sipCode: call.termSipCode,
      mos: call.mos,
      passthrough: call.other,
    };
  }),
});

import { code, filled, integer, json, seconds, text } from '../payload/field-types.ts';
import { fields } from '../payload/reader.ts';
import { happened, time } from '../payload/times.ts';
import { callback, NEEDED } from './callback.ts';
import { type Facts, foldVersions } from './versions.ts';

const RESULTS = {
  0: 'none',
  1: 'unreachable',
  2: 'connected',
  3: 'no-answer',
  4: 'abandoned-in-queue',
  5: 'outside-service-hours',
  6: 'agent-no-answer',
  7: 'customer-quick-hangup',
  8: 'abandoned-in-ivr',
  9: 'agent-hangup-while-ringing',
  10: 'call-prohibited',
} as const;

const ABANDONED: readonly string[] = [RESULTS[4], RESULTS[7], RESULTS[8]];
// 0 is a default without a meaning.
const TELLING: readonly string[] = Object.values(RESULTS).filter((name) => name !== RESULTS[0]);

const payload = fields({
  data: fields({
    id: filled(),
    iccCallId: text(),
    tenantId: text(),
    taskId: text(),
    transferId: text(),
    callType: code({ 1: 'inbound', 2: 'outbound' }),
    callingNumber: text(),
    calledNumber: text(),
    staffId: text(),
    staffName: text(),
    skillSetId: text(),
    externalCustomerId: text(),
    customerName: text(),
    custNumberAttribution: text(),
    custIspName: text(),
    communicateBeginTime: time(),
    agentAnswerTime: time(),
    communicateEndTime: time(),
    iccRecordDate: time(),
    createTime: time(),
    communicateDuration: seconds(),
    parkingWaitDuration: seconds(),
    queueWaitDuration: seconds(),
    callWaitDuration: seconds(),
    acw: seconds(),
    speechCallResult: code(RESULTS),
    handupDirection: code({ 0: 'customer', 1: 'agent', 2: 'unknown', 3: 'transfer' }),
    hangUpDirectionType: text(),
    communicateVoiceId: text(),
    communicateSource: code({ 1: 'routine', 2: 'batch-outbound', 3: 'ivr' }),
    digitUrl: text(),
    evaluationScore: integer(),
    expansionFields: json(),
    externalData: text(),
  }),
});

/** ICC call record. */
export const icc = callback({
  name: 'icc',
  payload,
  identify: ({ data }) => data?.id,
  identity: { path: 'data.id', message: NEEDED },
  bodies: 'versions',
  fold: foldVersions(({ data: call }): Facts | undefined => {
    if (call === undefined) return undefined;
    const { speechCallResult: status, callType: direction, agentAnswerTime } = call;
    const told = status !== undefined && TELLING.includes(status) ? status : undefined;
    // Only on an inbound call is the agent the answering side.
    const answeredAt = direction === 'inbound' ? agentAnswerTime : undefined;
    return {
      callId: call.iccCallId,
      tenantId: call.tenantId,
      taskId: call.taskId,
      transferId: call.transferId === '0' ? undefined : call.transferId,
      direction,
      caller: call.callingNumber,
      callee: call.calledNumber,
      agentId: call.staffId,
      agentName: call.staffName,
      skillGroupId: call.skillSetId,
      customerId: call.externalCustomerId,
      customerName: call.customerName,
      customerRegion: call.custNumberAttribution,
      customerCarrier: call.custIspName,
      startedAt: call.communicateBeginTime,
      answeredAt,
      agentAnsweredAt: agentAnswerTime,
      endedAt: call.communicateEndTime,
      pickedUpAt: call.iccRecordDate,
      recordCreatedAt: call.createTime,
      talkSeconds: call.communicateDuration,
      ringSeconds: call.parkingWaitDuration,
      queueSeconds: call.queueWaitDuration,
      waitSeconds: call.callWaitDuration,
      wrapUpSeconds: call.acw,
      answered: told === undefined ? happened(answeredAt) : told === RESULTS[2],
      abandoned: told === undefined ? undefined : ABANDONED.includes(told),
      status,
      hangupBy: call.handupDirection,
      hangupReason: call.hangUpDirectionType,
      recordingId: call.communicateVoiceId,
      channel: call.communicateSource,
      ivrPath: call.digitUrl,
      satisfaction: call.evaluationScore,
      forms: call.expansionFields,
      passthrough: call.externalData,
    };
  }),
});

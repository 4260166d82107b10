import * as v from 'valibot';
import type { CallRecord } from '../calls/record.ts';
import { code, digits, fields, filled, integer, NEEDED, text } from '../payload/field-types.ts';
import { epochSeconds } from '../payload/times.ts';
import { callback } from './callback.ts';

// An int64 that is not set can be 0 as well.
const id = v.pipe(
  digits(),
  v.transform((id) => (id === '0' ? undefined : id)),
);

const PnsCall = v.pipe(
  fields({
    id,
    callId: filled(),
    businessId: text(),
    bindId: text(),
    customerBindId: text(),
    did: text(),
    caller: text(),
    callee: text(),
    startAt: epochSeconds(),
    answerAt: epochSeconds(),
    hangupAt: epochSeconds(),
    duration: integer(),
    callStatus: code({ 0: 'unknown', 1: 'normal-end', 2: 'abnormal-end' }),
    callStatusMsg: text(),
    hangup: code({ 0: 'caller', 1: 'callee' }),
    hangupCode: integer(),
    hangupCause: text(),
    recordFile: text(),
  }),
  v.forward(
    v.partialCheck(
      [['id'], ['callId']],
      ({ id, callId }) => (id ?? callId) !== undefined,
      `or callId ${NEEDED}`,
    ),
    ['id'],
  ),
);

/** PNS call result. */
export const pns = callback({
  name: 'pns',
  schema: PnsCall,
  identify: ({ id, callId = '' }) => ({ id: id ?? callId, entry: 'call' }),
  record: (call): CallRecord => ({
    callId: call.callId,
    businessId: call.businessId,
    bindId: call.bindId,
    customerBindId: call.customerBindId,
    did: call.did,
    caller: call.caller,
    callee: call.callee,
    startedAt: call.startAt,
    answeredAt: call.answerAt,
    endedAt: call.hangupAt,
    talkSeconds: call.duration,
    answered: call.answerAt !== undefined,
    status: call.callStatus,
    statusText: call.callStatusMsg,
    hangupBy: call.hangup,
    hangupCode: call.hangupCode,
    hangupReason: call.hangupCause,
    recordingUrl: call.recordFile,
  }),
});

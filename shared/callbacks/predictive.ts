import * as v from 'valibot';
import type { CallRecord } from '../calls/record.ts';
import { digits, fields, filled, identity, NEEDED, nameOf, text } from '../payload/field-types.ts';
import { unixTimestamp } from '../payload/times.ts';
import { callback } from './callback.ts';

const LEGS = { 1: 'agent', 2: 'call' };
const STATES = { 0: 'agent-hungup', 1: 'calling', 2: 'agent-ready', 3: 'answered', 4: 'hungup' };

const PredictiveEvent = v.pipe(
  fields({
    type: identity(digits()),
    state: identity(digits()),
    time: identity(unixTimestamp()),
    uuid: filled(),
    agentid: filled(),
    sipid: filled(),
    username: filled(),
    callid: digits(),
    callphone: text(),
    info: text(),
  }),
  v.forward(
    v.partialCheck(
      [['uuid'], ['agentid'], ['sipid'], ['username']],
      (event) => (event.uuid ?? event.agentid ?? event.sipid ?? event.username) !== undefined,
      `or agentid, sipid or username ${NEEDED}`,
    ),
    ['uuid'],
  ),
);

/** Predictive outbound receipt: one event of an agent or of a call. */
export const predictive = callback({
  name: 'predictive',
  schema: PredictiveEvent,
  identify: (event) => ({
    // Not callid: it is the tenant's access number and the same for all calls.
    id: event.uuid ?? `agent:${event.agentid ?? event.sipid ?? event.username}`,
    entry: `event#${event.time.digits}#${event.type}#${event.state}`,
  }),
  record: (event): CallRecord => ({
    callId: event.uuid,
    accessNumber: event.callid,
    callee: event.callphone,
    agentId: event.agentid,
    agentName: event.username,
    agentPhone: event.sipid,
    occurredAt: event.time.at,
    status: `${nameOf(LEGS, event.type)}:${nameOf(STATES, event.state)}`,
    statusText: event.info,
  }),
});

import type { CallRecord } from '../calls/call.ts';

/** What a hangup code decides about a call; the call's own fields decide the rest. */
export type Settled = Pick<CallRecord, 'status' | 'answered' | 'abandoned' | 'hangupBy'>;

type Row = readonly [
  status: NonNullable<CallRecord['status']>,
  answered: boolean | undefined,
  abandoned: boolean,
  hangupBy?: 'agent' | 'customer',
];

// From NXCloud's public list of codes. Its own samples have `hangupBy` reversed, so a code wins
// over that field.
const normalEnd: Row = ['normal-end', true, false];
const agentEnd: Row = ['normal-end', true, false, 'agent'];
const customerEnd: Row = ['normal-end', true, false, 'customer'];
const voicemail: Row = ['voicemail', false, false];
const cutOff: Row = ['network-interruption', true, false];
const abandonedInQueue: Row = ['abandoned-in-queue', false, true, 'customer'];
const queueTimeout: Row = ['queue-timeout', false, false];
const agentCancelled: Row = ['agent-cancelled', false, false, 'agent'];
const blacklisted: Row = ['blacklisted', false, false];
const prohibited: Row = ['call-prohibited', false, false];
const unreachable: Row = ['unreachable', false, false];
const agentQuick: Row = ['agent-quick-hangup', false, false, 'agent'];
// An AI answered before a transfer failed.
const transferTimeout: Row = ['transfer-queue-timeout', true, false];

const CODES: Record<number, Row> = {
  1000: normalEnd,
  1001: agentEnd,
  1002: customerEnd,
  1003: voicemail,
  10031: voicemail,
  10032: voicemail,
  1004: cutOff,
  1101: agentQuick,
  1102: ['customer-quick-hangup', false, true, 'customer'],
  1103: abandonedInQueue,
  11031: abandonedInQueue,
  11032: abandonedInQueue,
  1104: queueTimeout,
  11041: queueTimeout,
  11042: queueTimeout,
  1105: ['no-agent-online', false, false],
  1106: ['all-agents-busy', false, false],
  1107: blacklisted,
  1108: ['customer-cancelled', false, true, 'customer'],
  1109: ['forwarded', undefined, false],
  1110: ['forwarded-failed', undefined, false],
  1111: ['forwarded', undefined, false, 'customer'],
  2000: normalEnd,
  2001: agentEnd,
  2002: customerEnd,
  2003: agentCancelled,
  2004: cutOff,
  2101: agentQuick,
  2102: ['customer-quick-hangup', false, false, 'customer'],
  2103: ['rejected', false, false, 'customer'],
  2104: ['no-answer', false, false],
  2105: blacklisted,
  2106: prohibited,
  2107: prohibited,
  2201: ['refused', false, false],
  2202: unreachable,
  2203: ['busy', false, false],
  2204: unreachable,
  2205: unreachable,
  2206: agentCancelled,
  3000: normalEnd,
  3001: ['transferred', true, false, 'agent'],
  3002: ['transferred', true, false, 'customer'],
  3003: cutOff,
  3101: ['transfer-agent-quick-hangup', true, false, 'agent'],
  3102: ['transfer-customer-quick-hangup', true, true, 'customer'],
  3103: ['transfer-abandoned-in-queue', true, true, 'customer'],
  3104: transferTimeout,
  31041: transferTimeout,
  31042: transferTimeout,
  3105: ['transfer-no-agent-online', true, false],
  3106: ['transfer-all-agents-busy', true, false],
  3107: ['transfer-customer-cancelled', true, true, 'customer'],
};

/** What the code decides: nothing without a code, only a status if it is not in the list. */
export const settledBy = (code: number | undefined): Settled => {
  if (code === undefined) return {};
  const row = CODES[code];
  if (row === undefined) return { status: `unknown:${code}` };
  const [status, answered, abandoned, hangupBy] = row;
  return { status, answered, abandoned, hangupBy };
};

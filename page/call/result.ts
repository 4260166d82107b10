import type { CallView } from '../../shared/calls/view.ts';
import { agentOf } from '../format/agent.ts';
import { secondsOf } from './span.ts';
import { goesOnAt } from './timeline.ts';

/**
 * A part of the sentence with a call's result; the words of each kind use its other members as
 * placeholders.
 */
export type Clause =
  | { kind: 'ringing' | 'waiting' | 'unknown' | 'answered' | 'notAnswered' | 'abandoned' | 'transferred' }
  | { kind: 'talking' | 'answeredBy'; agent: string }
  | { kind: 'talkingNow' }
  | { kind: 'answeredAfter'; seconds: number }
  | { kind: 'answeredByAfter' | 'agentAfter'; agent: string; seconds: number }
  | { kind: 'status'; status: string }
  | { kind: 'statusAfter'; status: string; seconds: number }
  | { kind: 'notAnsweredAfter' | 'abandonedAfter' | 'talked'; seconds: number }
  | { kind: 'talkedWith'; agent: string; seconds: number }
  | { kind: 'hungUpByAgent' | 'hungUpByCustomer' | 'hungUpByCaller' | 'hungUpByCallee' };

/**
 * The result of a call, or its present state: `Answered by Fang Cheng after 12 s`, `talked 4:12`,
 * `hung up by the customer`.
 */
export const resultOf = (call: CallView, now: number): Clause[] => {
  if (goesOnAt(call, now)) return [standingOf(call)];
  if (call.answered) return [...answerOf(call), ...talkOf(call), ...statusOf(call), ...hangupOf(call)];
  return [...failureOf(call), ...hangupOf(call)];
};

const standingOf = (call: CallView): Clause => {
  const agent = agentOf(call);
  const { answeredAt, agentAnsweredAt, status } = call;
  if (status === 'answered') return { kind: 'waiting' };
  if ((agentAnsweredAt ?? answeredAt) === undefined && status !== 'connected') return { kind: 'ringing' };
  return agent === undefined ? { kind: 'talkingNow' } : { kind: 'talking', agent };
};

const answerOf = (call: CallView): Clause[] => {
  const seconds = secondsBetween(call.startedAt, call.answeredAt);
  const agent = agentOf(call);
  if (call.direction === 'inbound' && agent !== undefined) {
    return [
      seconds === undefined ? { kind: 'answeredBy', agent } : { kind: 'answeredByAfter', agent, seconds },
    ];
  }
  return [seconds === undefined ? { kind: 'answered' } : { kind: 'answeredAfter', seconds }, ...joinOf(call)];
};

const joinOf = (call: CallView): Clause[] => {
  const seconds = secondsBetween(call.answeredAt, call.agentAnsweredAt);
  const agent = agentOf(call);
  return agent === undefined || seconds === undefined ? [] : [{ kind: 'agentAfter', agent, seconds }];
};

const talkOf = (call: CallView): Clause[] => {
  const { direction, talkSeconds: seconds = 0 } = call;
  const agent = agentOf(call);
  if (seconds === 0) return [];
  const isNamed = direction === 'inbound' || joinOf(call).length > 0;
  return [
    agent === undefined || isNamed ? { kind: 'talked', seconds } : { kind: 'talkedWith', agent, seconds },
  ];
};

// Statuses that add nothing to whether the call was answered.
const UNTELLING = [
  'normal-end',
  'abnormal-end',
  'connected',
  'answered',
  'ended',
  'unknown',
  'none',
  'calling',
];

const tellingStatus = ({ status }: CallView): string | undefined =>
  status === undefined || UNTELLING.includes(status) ? undefined : status;

const statusOf = (call: CallView): Clause[] => {
  const status = tellingStatus(call);
  if (status !== undefined) return [{ kind: 'status', status }];
  return call.abandoned ? [{ kind: 'abandoned' }] : [];
};

const failureOf = (call: CallView): Clause[] => {
  const seconds = secondsBetween(call.startedAt, call.endedAt);
  const status = tellingStatus(call);
  if (status !== undefined)
    return [seconds === undefined ? { kind: 'status', status } : { kind: 'statusAfter', status, seconds }];
  if (call.abandoned === undefined && call.answered === undefined) {
    return [call.status === undefined ? { kind: 'unknown' } : { kind: 'status', status: call.status }];
  }
  const failure = call.abandoned ? 'abandoned' : 'notAnswered';
  return [seconds === undefined ? { kind: failure } : { kind: `${failure}After`, seconds }];
};

const PARTIES = {
  agent: 'hungUpByAgent',
  customer: 'hungUpByCustomer',
  caller: 'hungUpByCaller',
  callee: 'hungUpByCallee',
  transfer: 'transferred',
} as const;

const hangupOf = ({ hangupBy, status }: CallView): Clause[] => {
  const isSaid = /hangup|abandoned|cancelled|rejected|transferred/.test(status ?? '');
  if (isSaid || hangupBy === undefined || !Object.hasOwn(PARTIES, hangupBy)) return [];
  return [{ kind: PARTIES[hangupBy as keyof typeof PARTIES] }];
};

/** The seconds from a time to a later one; undefined if one is missing, or the order is wrong. */
const secondsBetween = (from: string | undefined, to: string | undefined): number | undefined => {
  const [start, end] = [Date.parse(from ?? ''), Date.parse(to ?? '')];
  return end >= start ? secondsOf(start, end) : undefined;
};

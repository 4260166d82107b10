import type { CallEvent } from '../../shared/callbacks/callback.ts';
import type { Leg } from '../../shared/calls/call.ts';
import type { CallView } from '../../shared/calls/view.ts';
import { RANK, type SegmentKind, type Step } from './segments.ts';

/** A time in milliseconds since 1970; undefined if it is missing or unreadable. */
export const millis = (time: string | undefined): number | undefined => {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? undefined : at;
};

/**
 * The time as drawn. Some products cut only some times of a call to whole seconds, so that it seems
 * to ring before it starts. Within one second, what follows is drawn at the start.
 */
export const drawnAt = (time: string | undefined, startedAt: string | undefined): number | undefined => {
  const [at, start] = [millis(time), millis(startedAt)];
  return at !== undefined && start !== undefined && at < start && start - at < 1000 ? start : at;
};

const step = (at: number | undefined, rank: number, kind: SegmentKind): Step[] =>
  at === undefined ? [] : [{ at, rank, kind }];

/** The steps in the times and the durations of a call. */
export const stepsOfCall = (call: CallView): Step[] => {
  const at = (time: string | undefined) => drawnAt(time, call.startedAt);
  const told = [
    ...step(at(call.startedAt ?? call.occurredAt), RANK.started, beginningOf(call)),
    ...step(at(call.ringingAt), RANK.onTheWay, 'ring'),
    ...step(at(call.queuedAt), RANK.onTheWay, 'queue'),
    ...step(at(call.dequeuedAt), RANK.onTheWay, call.abandoned ? 'connecting' : 'ring'),
    ...step(at(call.answeredAt), RANK.answered, waitsForAgent(call) ? 'wait' : talkOf(call)),
    ...step(at(call.agentAnsweredAt), RANK.agentAnswered, talkOf(call)),
  ];
  const end = endOf(call);
  const steps = [...told, ...answerByTalk(call, told, end)];
  return [...steps, ...wayByDurations(call, steps, end), ...stepsAfter(call, end)];
};

const beginningOf = ({ direction, queuedAt, queueSeconds, ivrPath, dtmf }: CallView): SegmentKind => {
  if (direction === 'outbound' || direction === 'ai') return 'calling';
  const isMenu = queuedAt ?? queueSeconds ?? ivrPath ?? dtmf;
  return direction === 'inbound' && isMenu !== undefined ? 'ivr' : 'connecting';
};

const waitsForAgent = ({ answeredAt, agentAnsweredAt, abandoned, status }: CallView): boolean =>
  agentAnsweredAt === undefined
    ? abandoned === true || status === 'answered'
    : answeredAt !== undefined && answeredAt < agentAnsweredAt;

const talkOf = ({ answered }: CallView): SegmentKind => (answered === false ? 'connected' : 'talk');

/** When a call ended; computed from its talk time if nothing else says. */
const endOf = ({ endedAt, answeredAt, agentAnsweredAt, talkSeconds = 0 }: CallView): number | undefined => {
  const answer = millis(agentAnsweredAt ?? answeredAt);
  return (
    millis(endedAt) ?? (answer === undefined || talkSeconds === 0 ? undefined : answer + talkSeconds * 1000)
  );
};

/** The answer of a call that has only a talk time. */
const answerByTalk = (
  { answered, talkSeconds = 0 }: CallView,
  told: Step[],
  end: number | undefined,
): Step[] => {
  const isTold = told.some(({ rank }) => rank >= RANK.answered);
  if (isTold || answered !== true || talkSeconds === 0 || end === undefined) return [];
  return step(notBefore(told, end - talkSeconds * 1000), RANK.answered, 'talk');
};

/**
 * Queue and ring of a call that has only their durations: one after the other, up to the answer or
 * the end.
 */
const wayByDurations = (
  { queueSeconds = 0, ringSeconds = 0 }: CallView,
  told: Step[],
  end: number | undefined,
): Step[] => {
  const until = Math.min(
    ...told.filter(({ rank }) => rank >= RANK.answered).map(({ at }) => at),
    end ?? Infinity,
  );
  if (told.some(({ rank }) => rank === RANK.onTheWay) || until === Infinity) return [];
  const ringing = notBefore(told, until - ringSeconds * 1000);
  const queued = ringing === undefined ? undefined : notBefore(told, ringing - queueSeconds * 1000);
  if (ringing === undefined || queued === undefined) return [];
  return [
    ...(queueSeconds > 0 ? step(queued, RANK.onTheWay, 'queue') : []),
    ...(ringSeconds > 0 ? step(ringing, RANK.onTheWay, 'ring') : []),
  ];
};

/**
 * A computed time, if the call had begun by then. Durations are rounded, so up to a second earlier
 * counts as the beginning.
 */
const notBefore = (told: Step[], at: number): number | undefined => {
  const start = told.find(({ rank }) => rank === RANK.started)?.at;
  if (start === undefined || at < start - 1000) return undefined;
  return Math.max(at, start);
};

const stepsAfter = ({ wrapUpSeconds = 0, endedAt }: CallView, end: number | undefined): Step[] => {
  if (end === undefined) return [];
  const working = endedAt === undefined ? 0 : wrapUpSeconds * 1000;
  return [...(working > 0 ? step(end, RANK.ended, 'wrapUp') : []), ...step(end + working, RANK.after, 'gap')];
};

/** The steps in the times of a leg. */
export const stepsOfLeg = ({ startedAt, ringingAt, answeredAt, endedAt }: Leg): Step[] => [
  ...step(millis(startedAt), RANK.started, 'calling'),
  ...step(drawnAt(ringingAt, startedAt), RANK.onTheWay, 'ring'),
  ...step(drawnAt(answeredAt, startedAt), RANK.answered, 'connected'),
  ...step(drawnAt(endedAt, startedAt), RANK.after, 'gap'),
];

/** The steps in the events of an agent's leg. */
export const stepsOfAgent = (events: readonly CallEvent[]): Step[] =>
  events.flatMap(({ at, state }) => {
    const time = millis(at);
    if (state === 'calling') return step(time, RANK.started, 'calling');
    if (state === 'answered') return step(time, RANK.answered, 'talk');
    return state === 'hungup' ? step(time, RANK.after, 'gap') : [];
  });

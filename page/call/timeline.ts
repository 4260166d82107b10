import type { CallEvent } from '../../shared/callbacks/callback.ts';
import { isGoingOn } from '../../shared/calls/going-on.ts';
import type { CallView } from '../../shared/calls/view.ts';
import { GOING_ON_MS } from '../calls/row.ts';
import { type Moment, momentsOf } from './moments.ts';
import { type Segment, type Step, segmentsOf } from './segments.ts';
import { stepsOfAgent, stepsOfCall, stepsOfLeg } from './steps.ts';

/** A bar of the timeline: the call, one of its legs, or one of several agents. */
export type Lane = { leg?: string; who?: string; segments: Segment[] };

/**
 * A call drawn to scale, from `from` to `to` in milliseconds since 1970. The call's own lane is the
 * first.
 */
export type Timeline = { from: number; to: number; goingOn: boolean; lanes: Lane[]; moments: Moment[] };

/** Whether a call is in progress at a time: its end is unknown, and it began within two hours. */
export const goesOnAt = (call: CallView, now: number): boolean => {
  const begun = Date.parse(call.startedAt ?? call.answeredAt ?? '');
  return isGoingOn(call) && begun <= now && now - begun < GOING_ON_MS;
};

/** The timeline of a call at a time; undefined if nothing says when anything happened. */
export const timelineOf = (
  call: CallView,
  events: readonly CallEvent[],
  now: number,
): Timeline | undefined => {
  const goingOn = goesOnAt(call, now);
  const moments = momentsOf(call, events);
  const bars = [{ steps: stepsOfCall(call) }, ...barsOfLegs(call), ...barsOfAgents(events)];
  const times = [...moments, ...bars.flatMap(({ steps }) => steps)].map(({ at }) => at);
  if (times.length === 0) return undefined;
  const from = Math.min(...times);
  const to = Math.max(...times, goingOn ? now : from);
  const lanes = bars.map(({ steps, ...name }) => ({ ...name, segments: segmentsOf(steps, from, to) }));
  const [first, ...others] = lanes;
  return { from, to, goingOn, lanes: first ? [asTold(first, call), ...others] : [], moments };
};

type Bar = { leg?: string; who?: string; steps: Step[] };

const barsOfLegs = ({ legs = [] }: CallView): Bar[] =>
  legs.map((leg, n) => ({ leg: leg.leg ?? String(n + 1), steps: stepsOfLeg(leg) })).filter(hasSteps);

/** One bar for each of several agents; the bar of the call shows only one. */
const barsOfAgents = (events: readonly CallEvent[]): Bar[] => {
  const agents = Map.groupBy(
    events.filter(({ leg }) => leg === 'agent'),
    ({ agentName, agentId }) => agentName ?? agentId ?? '',
  );
  const bars = [...agents].map(([who, ofAgent]) => ({ leg: 'agent', who, steps: stepsOfAgent(ofAgent) }));
  return bars.filter(hasSteps).length > 1 ? bars.filter(hasSteps) : [];
};

const hasSteps = ({ steps }: Bar): boolean => steps.length > 0;

const ROUNDING = 2000;

/** The lane; its talk is named so only if it is as long as the product's talk time. */
const asTold = (lane: Lane, { talkSeconds }: CallView): Lane => {
  const talk = lane.segments.filter(({ kind }) => kind === 'talk');
  const drawn = talk.reduce((sum, { from, to }) => sum + to - from, 0);
  if (talkSeconds === undefined || Math.abs(drawn - talkSeconds * 1000) <= ROUNDING) return lane;
  return {
    ...lane,
    segments: lane.segments.map((segment) =>
      segment.kind === 'talk' ? { ...segment, kind: 'connected' } : segment,
    ),
  };
};

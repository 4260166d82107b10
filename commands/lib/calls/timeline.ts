import type { CallEvent } from '../../../shared/callbacks/callback.ts';
import type { CallView } from '../../../shared/calls/view.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { cut, fit, widthOf } from '../columns.ts';
import { momentText } from './values.ts';
import { clock, inWords } from './words.ts';

type Moment = { at: string; what: string };

const TIMES = {
  occurredAt: 'called',
  startedAt: 'started',
  ringingAt: 'rang',
  queuedAt: 'entered the queue',
  dequeuedAt: 'left the queue',
  answeredAt: 'answered',
  agentAnsweredAt: 'agent answered',
  endedAt: 'ended',
} as const;

const LEG_TIMES = {
  startedAt: 'started',
  ringingAt: 'rang',
  answeredAt: 'answered',
  endedAt: 'ended',
} as const;

/**
 * What happened when, in lines with a bar to scale. Events and legs say more than the times of the
 * call, so they win.
 */
export const timelineOf = (call: CallView, events: CallEvent[], zone: string, width: number): string[] => {
  const detailed = [...events.flatMap(momentOfEvent), ...momentsOfLegs(call)];
  const known = new Set(detailed.map(({ at }) => at));
  const moments = together(
    [...detailed, ...momentsOf(call, TIMES).filter(({ at }) => !known.has(at))].sort((a, b) =>
      a.at < b.at ? -1 : 1,
    ),
  );
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return [];
  const heads = moments.map(({ at }) => momentText(at, zone));
  const offsets = moments.map(({ at }) => `+${clock(secondsBetween(first.at, at))}`);
  const [headWidth, offsetWidth] = [widest(heads), widest(offsets)];
  const whatWidth = Math.min(widest(moments.map(({ what }) => what)), MAX_WHAT);
  const barWidth = Math.min(width - headWidth - offsetWidth - whatWidth - 8, MAX_BAR);
  const placeOf = scale(first.at, last.at, barWidth);
  return moments.map(({ at, what }, n) => {
    const bar = barOf(placeOf(moments[n - 1]?.at ?? first.at), placeOf(at));
    const line = [
      fit(heads[n] ?? '', headWidth),
      (offsets[n] ?? '').padStart(offsetWidth),
      fit(what, whatWidth),
      bar,
    ];
    return cut(`  ${line.join('  ')}`.trimEnd(), width);
  });
};

const MAX_WHAT = 42;
const MIN_BAR = 8;
const MAX_BAR = 50;

const widest = (texts: string[]): number => Math.max(...texts.map(widthOf));

const secondsBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 1000);

/**
 * The position of a time between the first and the last; undefined without room, or without time
 * between them.
 */
const scale = (first: string, last: string, width: number) => {
  const span = Date.parse(last) - Date.parse(first);
  return (at: string): number | undefined =>
    span === 0 || width < MIN_BAR
      ? undefined
      : Math.round(((Date.parse(at) - Date.parse(first)) / span) * (width - 1));
};

/** The time since the previous moment, and the moment. */
const barOf = (from: number | undefined, to: number | undefined): string =>
  from === undefined || to === undefined ? '' : `${' '.repeat(from)}${'='.repeat(to - from)}|`;

const momentsOf = (times: object, names: Record<string, string>, prefix = ''): Moment[] =>
  Object.entries(names).flatMap(([name, what]) => {
    const at = (times as Record<string, string | undefined>)[name];
    return at === undefined ? [] : [{ at, what: prefix + what }];
  });

const momentsOfLegs = ({ legs = [] }: CallView): Moment[] =>
  legs.flatMap((leg, n) => momentsOf(leg, LEG_TIMES, `${legName(leg.leg, n)} `));

/** The name of a side of a PNS call. */
export const legName = (leg: string | undefined, n: number): string =>
  leg === undefined ? `leg ${n + 1}` : `${printable(leg)} leg`;

const momentOfEvent = ({ at, leg, state, agentId, agentName }: CallEvent): Moment[] => {
  const agent = agentName ?? agentId;
  const what = [
    leg && `${leg} leg`,
    state && inWords(state).replace('hungup', 'hung up'),
    agent && `(${agent})`,
  ]
    .filter(Boolean)
    .join(' ');
  return at === undefined ? [] : [{ at, what: printable(what) }];
};

/** Moments of the same time in one line. */
const together = (moments: Moment[]): Moment[] =>
  [...Map.groupBy(moments, ({ at }) => at)].map(([at, same]) => ({
    at,
    what: [...new Set(same.map(({ what }) => what))].join(', '),
  }));

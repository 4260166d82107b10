import { dateTimeOf, timeOf } from '../format/format.ts';
import type { Told } from './moments.ts';
import { say, sayDuration, sayLeg, sayOf, saySeveral } from './say.ts';
import type { Segment } from './segments.ts';
import { secondsOf } from './span.ts';
import type { Lane, Timeline } from './timeline.ts';

const iso = (at: number): string => new Date(at).toISOString();

/**
 * The timeline of a call: bars to scale, a legend with durations, and all moments with their times.
 */
export const TimelineView = ({ timeline }: { timeline: Timeline }) => {
  const { from, to, lanes, moments, goingOn } = timeline;
  return (
    <section class="timeline" aria-label={say('timeline')}>
      {to > from && (
        <>
          <div class={lanes.length > 1 ? 'lanes several' : 'lanes'}>
            {lanes.map((lane, n) => (
              <LaneView key={n} lane={lane} isNamed={lanes.length > 1} />
            ))}
            <div class="axis">
              <span>{timeOf(iso(from))}</span>
              <span>{sayDuration(secondsOf(from, to))}</span>
              <span>{goingOn ? say('now') : timeOf(iso(to))}</span>
            </div>
          </div>
          <Legend segments={lanes[0]?.segments ?? []} />
        </>
      )}
      <ol class="moments">
        {moments.map(({ at, told }) => (
          <li key={at}>
            <time dateTime={iso(at)} title={dateTimeOf(iso(at))}>
              {timeOf(iso(at))}
            </time>
            <span class="offset">{at > from && `+${sayDuration(secondsOf(from, at))}`}</span>
            <span>{toldText(told)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
};

const LaneView = ({ lane, isNamed }: { lane: Lane; isNamed: boolean }) => {
  const { leg, who, segments } = lane;
  const name = who ?? (leg === undefined ? say('lane.call') : sayLeg(leg));
  return (
    <>
      {isNamed && (
        <span class="lane-name" title={name}>
          {name}
        </span>
      )}
      <div
        class={leg === undefined ? 'bar' : 'bar part'}
        role="img"
        aria-label={saySeveral([...(isNamed ? [name] : []), ...segments.filter(isSeen).map(segmentText)])}
      >
        {segments.map((segment) => (
          <i
            key={segment.from}
            class={`segment ${segment.kind}`}
            style={{ flexGrow: segment.to - segment.from }}
            title={isSeen(segment) ? segmentText(segment) : undefined}
          />
        ))}
      </div>
    </>
  );
};

const isSeen = ({ kind, from, to }: Segment): boolean => kind !== 'gap' && secondsOf(from, to) > 0;

const segmentText = ({ kind, from, to }: Segment): string =>
  kind === 'gap' ? '' : `${say(`segment.${kind}`)} ${sayDuration(secondsOf(from, to))}`;

const Legend = ({ segments }: { segments: readonly Segment[] }) => (
  <ul class="legend">
    {segments.filter(isSeen).map(({ kind, from, to }) => (
      <li key={from}>
        <i class={`dot ${kind}`} />
        {kind !== 'gap' && say(`segment.${kind}`)} <b>{sayDuration(secondsOf(from, to))}</b>
      </li>
    ))}
  </ul>
);

const PARTIES = ['agent', 'customer', 'caller', 'callee', 'transfer'] as const;
const WITH_WHO = ['answered', 'agentAnswered', 'agentReady', 'agentCalling', 'agentHungUp'] as const;

/** `Left the queue, Answered by Fang Cheng`, `Caller: Started, Answered`. */
const toldText = (told: readonly Told[]): string =>
  saySeveral(
    [...Map.groupBy(told, ({ leg }) => leg)].map(([leg, ofLeg]) => {
      const text = saySeveral(ofLeg.map(textOf));
      return leg === undefined ? text : sayOf(sayLeg(leg), text);
    }),
  );

const textOf = ({ what, leg, who, by }: Told): string => {
  if (what === 'ended' && leg !== undefined && by === leg) return say('moment.hungUp');
  const party = PARTIES.find((one) => one === by);
  if (what === 'ended') return say(party === undefined ? 'moment.ended' : `moment.ended.${party}`);
  const named = WITH_WHO.find((one) => one === what);
  return named === undefined || who === undefined
    ? say(`moment.${what}`)
    : say(`moment.${named}.who`, { who });
};

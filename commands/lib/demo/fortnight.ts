import { Temporal } from 'temporal-polyfill';
import { ccCalls } from './cc.ts';
import { dayOf } from './day.ts';
import { iccCalls } from './icc.ts';
import { pnsCalls } from './pns.ts';
import { callGoingOn, predictiveCalls } from './predictive.ts';
import { type Random, randomOf } from './random.ts';
import type { Story } from './story.ts';

type Period = {
  /** The last day, like 2026-11-26, and the number of days. */
  until: string;
  days: number;
  zone: string;
  /** Epoch milliseconds; bodies of later times are not sent. */
  now: number;
  recordingUrl: (name: string) => string;
};

/**
 * The callbacks of a contact centre on the days that end with `until`, oldest first. A date always
 * has the same calls, so that days can be added.
 */
export const fortnight = ({ until, days, zone, now, recordingUrl }: Period): Story[] => {
  const last = Temporal.PlainDate.from(until);
  const dates = Array.from({ length: days }, (_, n) => last.subtract({ days: days - 1 - n }).toString());
  const stories = dates.flatMap((date) => {
    const day = dayOf(date, zone, recordingUrl);
    const calls = [...ccCalls(day), ...predictiveCalls(day), ...iccCalls(day), ...pnsCalls(day)];
    degrade(day.random, calls);
    return calls;
  });
  const isToday = dayOf(until, zone, recordingUrl).at(24) > now;
  return [...stories, ...(isToday ? goingOn(now) : [])]
    .map((story) => ({ ...story, posts: story.posts.filter(({ at }) => at <= now) }))
    .filter(({ posts }) => posts.length > 0)
    .sort((a, b) => (a.posts[0]?.at ?? 0) - (b.posts[0]?.at ?? 0));
};

// What providers sometimes write in place of a number.
const UNREADABLE: Record<string, object> = {
  cc: { queueDuration: 'n/a' },
  icc: { acw: -7 },
  pns: { hangupAt: 'never' },
};

/** Makes a field of about one call a day unreadable. */
const degrade = (random: Random, calls: Story[]): void => {
  const call = calls[random.between(0, calls.length - 1)];
  const fields = call && UNREADABLE[call.callback];
  if (call === undefined || fields === undefined) return;
  for (const post of call.posts) {
    const body = post.body as { data?: object };
    post.body = body.data ? { data: { ...body.data, ...fields } } : { ...body, ...fields };
  }
};

const goingOn = (now: number): Story[] => {
  const random = randomOf(`now ${Math.floor(now / 60_000)}`);
  return [
    callGoingOn(random, now - 161_000, 'connected'),
    callGoingOn(random, now - 18_000, 'answered'),
    callGoingOn(random, now - 6_000, 'calling'),
  ];
};

/** Bodies that are no delivery of their callback: a call without an id, and a truncated body. */
export const BAD_BODIES: readonly { callback: string; body: string }[] = [
  {
    callback: 'pns',
    body: '{"businessId":"demo_delivery","caller":"85255500142","callee":"85255558001","duration":41,"callStatus":1}',
  },
  {
    callback: 'icc',
    body: '{"data":{"id":"5550589a-c1f7-47a5-b75c-3e639e1b928a","callType":1,"callingNumber":"13955503017","calledNu',
  },
];

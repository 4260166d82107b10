import { fileTypeFromBuffer } from 'file-type';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { BAD_BODIES, fortnight } from '../../commands/lib/demo/fortnight.ts';
import { recordingOf } from '../../commands/lib/demo/recordings.ts';
import type { Story } from '../../commands/lib/demo/story.ts';
import { callOf, reception } from '../support/calls.ts';

const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-11-26T15:30:00+08:00');

const storiesOf = (until: string, days = 14): Story[] =>
  fortnight({ until, days, zone: ZONE, now: NOW, recordingUrl: (name) => `http://127.0.0.1/${name}` });

const stories = storiesOf('2026-11-26');
const bodies = stories.flatMap(({ callback, posts }) => posts.map(({ body }) => ({ callback, body })));
const receptions = bodies.map(({ callback, body }) => reception(callback, body));
const calls = stories
  .filter(({ posts }) =>
    posts.some(({ body }) => !('state' in (body as object)) || 'uuid' in (body as object)),
  )
  .map(({ callback, posts }) => callOf(callback, ...posts.map(({ body }) => body)));

test('has the same calls of a date, whatever day is the last', () => {
  const others = new Set(storiesOf('2026-11-24', 3).map((story) => JSON.stringify(story)));
  const days = stories.map((story) => JSON.stringify(story));

  expect(others.size).toBeGreaterThan(300);
  expect([...others].filter((story) => !days.includes(story))).toEqual([]);
});

test('has bodies that every callback accepts, each call once, and a few with an unreadable field', () => {
  const keys = receptions.map(({ item }) => `${item.pk} ${item.sk}`);
  const degraded = receptions.filter(({ issues }) => issues.length > 0);

  expect(receptions.filter(({ accepted }) => !accepted)).toEqual([]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(
    new Set(stories.map(({ posts: [first], callback }) => reception(callback, first?.body ?? {}).item.pk))
      .size,
  ).toBeGreaterThan(stories.length - 60);
  expect(degraded.length).toBeGreaterThan(5);
  expect(degraded.length).toBeLessThan(30);
  expect(BAD_BODIES.map(({ callback, body }) => reception(callback, body).accepted)).toEqual([false, false]);
});

test('has nothing in the future, and calls in progress only today', () => {
  const isGoingOn = (story: Story) =>
    story.callback === 'predictive' &&
    !story.posts.some(({ body }) => [2, 4].includes((body as { state: number }).state));

  expect(stories.flatMap(({ posts }) => posts).filter(({ at }) => at > NOW)).toEqual([]);
  expect(stories.filter(isGoingOn).length).toBeGreaterThanOrEqual(3);
  expect(storiesOf('2026-11-25').filter(isGoingOn)).toEqual([]);
});

test('has numbers that nobody has', () => {
  const MADE_UP =
    /^\+?(8525555\d{4}|85255[05]\d{5}|139555\d{5}|62812555\d{5}|447700900\d{3}|1202555\d{4}|4005550100|NX09445G005550@.*)$/;
  const numbers = calls
    .flatMap(({ caller, callee, did }) => [caller, callee, did])
    .filter((number) => number !== undefined);

  expect(numbers.length).toBeGreaterThan(5_000);
  expect(numbers.filter((number) => !MADE_UP.test(number))).toEqual([]);
});

test('is a contact centre: busy in the morning, quiet at lunch and on weekends, with queues that some leave', () => {
  const local = calls
    .filter(({ startedAt }) => startedAt)
    .map(({ startedAt = '' }) => Temporal.Instant.from(startedAt).toZonedDateTimeISO(ZONE));
  const at = (hour: number) => local.filter((time) => time.hour === hour).length;
  const on = (day: number) => local.filter((time) => time.dayOfWeek === day).length;
  const inbound = calls.filter(({ callback, direction }) => callback === 'cc' && direction === 'inbound');
  const abandoned = inbound.filter((call) => call.abandoned).length / inbound.length;

  expect(calls.length).toBeGreaterThan(3_000);
  expect(at(10)).toBeGreaterThan(1.5 * at(12));
  expect(on(1)).toBeGreaterThan(2 * on(6));
  expect(abandoned).toBeGreaterThan(0.03);
  expect(abandoned).toBeLessThan(0.15);
});

test('has different recordings, which are audio', async () => {
  const [one, other] = [recordingOf('a'), recordingOf('b')];

  expect(await fileTypeFromBuffer(one)).toMatchObject({ ext: 'wav' });
  expect(one.equals(recordingOf('a'))).toBe(true);
  expect(one.equals(other)).toBe(false);
  expect(stories.filter(({ recordings }) => recordings).length).toBeGreaterThan(100);
});

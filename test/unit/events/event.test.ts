import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { CallEvent } from '../../../shared/events/call-event.ts';
import { eventOf, latestEventOf } from '../../../shared/events/event.ts';
import { callItem } from '../../support/call-items.ts';

const WRITTEN = new Date('2026-11-26T08:00:11.000Z');
const endedAt = '2026-11-26T08:00:09.000Z';

const begun = callItem(1);
const ended = callItem(1, { endedAt, rev: 2 });

const typeOf = (...images: [Parameters<typeof eventOf>[0], Parameters<typeof eventOf>[1]]) =>
  eventOf(...images, WRITTEN)?.type;

describe('a call that', () => {
  test('is new and has not ended has started', () => expect(typeOf(undefined, begun)).toBe('call.started'));

  test('is new and has ended has only ended', () => expect(typeOf(undefined, ended)).toBe('call.ended'));

  test('has ended now has ended', () => expect(typeOf(begun, ended)).toBe('call.ended'));

  test('changes before its end is updated', () =>
    expect(typeOf(begun, callItem(1, { answeredAt: endedAt, rev: 2 }))).toBe('call.updated'));

  test('changes after its end is updated', () =>
    expect(typeOf(ended, { ...ended, status: 'voicemail', rev: 3 })).toBe('call.updated'));

  test('has a recording archived is updated', () => {
    const recording = { state: 'archived' as const, key: 'k', at: endedAt };
    expect(typeOf(ended, { ...ended, recording, rev: 3 })).toBe('call.updated');
  });

  test('is deleted sends no event', () => expect(typeOf(ended, undefined)).toBeUndefined());

  test('is written by a rebuild sends no event, new or not', () => {
    expect(typeOf(undefined, { ...ended, silent: true })).toBeUndefined();
    expect(typeOf(begun, { ...ended, silent: true })).toBeUndefined();
  });

  test('changes after a rebuild sends an event again', () =>
    expect(typeOf({ ...begun, silent: true }, ended)).toBe('call.ended'));

  test('is written again unchanged sends no event, whatever the order of its fields', () => {
    const legs = [{ leg: 'caller' as const, number: '1' }];
    const reversed = Object.fromEntries(Object.entries({ ...ended, legs, rev: 3 }).reverse());

    expect(typeOf({ ...ended, legs }, reversed as typeof ended)).toBeUndefined();
  });
});

describe('an event', () => {
  const event = eventOf(undefined, ended, WRITTEN);

  test('matches its schema, and has the call as in lists, without its keys', () => {
    expect(v.parse(CallEvent, event)).toEqual(event);
    expect(event).toMatchObject({
      timestamp: '2026-11-26T08:00:11.000Z',
      data: { pk: 'pns#1', rev: 2, endedAt, caller: '85235757583' },
    });
    expect(Object.keys(event?.data ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(slot|callerKey|calleeKey|legKey|otherId|silent)$/)]),
    );
  });

  test('has the same id at every attempt, and another for another rev or call', () => {
    const idOf = (item: typeof ended) => eventOf(undefined, item, new Date())?.id;

    expect(idOf(ended)).toBe(event?.id);
    expect(latestEventOf(ended).id).toBe(event?.id);
    fc.assert(
      fc.property(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3), (call, rev, otherCall, otherRev) => {
        const isSame = call === otherCall && rev === otherRev;
        const ids = [callItem(call, { rev }), callItem(otherCall, { rev: otherRev })].map(idOf);
        expect(new Set(ids).size).toBe(isSame ? 1 : 2);
      }),
    );
  });

  test('with the present state of a call is always the same, for a rebuilt call too', () => {
    expect(latestEventOf({ ...ended, silent: true })).toEqual(latestEventOf(ended));
    expect(latestEventOf(ended)).toMatchObject({ type: 'call.ended', timestamp: ended.revisedAt });
    expect(latestEventOf(begun).type).toBe('call.started');
  });
});

import { describe, expect, test } from 'vitest';
import { hasRecording } from '../../shared/calls/filters.ts';
import { foldCall } from '../../shared/calls/fold.ts';
import { itemOf } from '../../shared/calls/item.ts';
import type { ArchiveResult } from '../../shared/deliveries/archive-result.ts';
import { archived, notArchived, SHOWN } from '../support/archive.ts';
import { callbackNamed, deliveries } from '../support/calls.ts';

const [A, B] = ['https://recordings.example/a', 'https://recordings.example/b'];

const fold = (callback: string, bodies: object[], ...results: ArchiveResult[]) =>
  foldCall(callbackNamed(callback), deliveries(callback, bodies), results);

const cc = (urls: string[], ...results: ArchiveResult[]) =>
  fold(
    'cc',
    urls.map((recordUrl, n) => ({ callId: 'c-1', recordUrl, callDuration: n })),
    ...results,
  );

test('a call shows the files of its recording and its message', () => {
  const call = fold(
    'cc',
    [{ callId: 'c-1', recordUrl: A, leaveMsgUrl: B }],
    archived('cc#c-1', 'recording', A),
    archived('cc#c-1', 'voicemail', B),
  );

  expect(call).toMatchObject({
    recordingUrl: A,
    recording: { ...SHOWN, key: 'recordings/recording.mp3' },
    voicemail: { ...SHOWN, key: 'recordings/voicemail.mp3' },
  });
});

test('a call shows only known archive fields: no link, no key of the table, nothing unknown', () => {
  const result = { ...archived('cc#c-1', 'recording', A), attempts: 7 };

  expect(cc([A], result)?.recording).toStrictEqual({ ...SHOWN, key: 'recordings/recording.mp3' });
});

test('a message with the link of the recording has its file', () => {
  const call = fold(
    'cc',
    [{ callId: 'c-1', recordUrl: A, leaveMsgUrl: A }],
    archived('cc#c-1', 'recording', A),
  );

  expect(call?.voicemail).toEqual({ ...SHOWN, key: 'recordings/recording.mp3' });
});

test("an archiver's result is no body", () => {
  const { recording: _, ...call } = cc([A, B], archived('cc#c-1', 'recording', B)) ?? {};

  expect(call).toEqual(cc([A, B]));
});

test.each(['waiting', 'failed'] as const)('a call says that its recording is %s, and why', (state) => {
  expect(cc([A], notArchived('cc#c-1', 'recording', A, state))?.recording).toEqual({
    state,
    reason: 'answered 404',
    at: SHOWN.at,
  });
});

test('a call with only archive results does not exist', () => {
  expect(fold('cc', [], archived('cc#c-1', 'recording', A))).toBeUndefined();
});

describe('a link that a newer version has changed', () => {
  test('is waiting, and keeps the earlier file meanwhile', () => {
    expect(cc([A, B], archived('cc#c-1', 'recording', A))?.recording).toEqual({
      ...SHOWN,
      key: 'recordings/recording.mp3',
      state: 'waiting',
      reason: 'the link has changed',
    });
  });

  test('has not failed because the earlier one had', () => {
    expect(cc([A, B], notArchived('cc#c-1', 'recording', A, 'failed'))?.recording).toEqual({
      state: 'waiting',
      reason: 'the link has changed',
    });
  });

  test('that could not be fetched keeps the earlier file', () => {
    const { state, reason } = notArchived('cc#c-1', 'recording', B, 'failed');
    const result = { ...archived('cc#c-1', 'recording', B), state, reason: reason ?? '' };

    expect(cc([A, B], result)?.recording).toEqual({
      ...SHOWN,
      key: 'recordings/recording.mp3',
      state: 'failed',
      reason: 'answered 404',
    });
  });

  test('is archived once it was fetched', () => {
    expect(cc([A, B], archived('cc#c-1', 'recording', B))?.recording).toMatchObject({ state: 'archived' });
  });
});

describe('legs', () => {
  const pns = (urls: string[], ...results: ArchiveResult[]) =>
    fold('pns', [{ callId: 'p-1', legList: urls.map((callRecordFile) => ({ callRecordFile })) }], ...results);
  const pk = 'pns#call:p-1';

  test('have a recording each', () => {
    const call = pns([A, B], archived(pk, 'leg1', A), archived(pk, 'leg2', B));

    expect(call?.legs?.map(({ recording }) => recording?.key)).toEqual([
      'recordings/leg1.mp3',
      'recordings/leg2.mp3',
    ]);
  });

  test('keep their own recordings when a newer version swaps them', () => {
    const call = pns([B, A], archived(pk, 'leg1', A), archived(pk, 'leg2', B));

    expect(call?.legs?.map(({ recording }) => recording?.key)).toEqual([
      'recordings/leg2.mp3',
      'recordings/leg1.mp3',
    ]);
  });

  test('never have the earlier file of another link, which can be the other side', () => {
    const [leg] = pns([B], archived(pk, 'leg1', A))?.legs ?? [];

    expect(leg?.recording).toEqual({ state: 'waiting', reason: 'the link has changed' });
    const failed = { ...archived(pk, 'leg1', B), state: 'failed' as const };
    expect(pns([B], failed)?.legs?.[0]?.recording).toEqual({ state: 'failed', at: SHOWN.at });
  });

  test('with the link of their call have its file', () => {
    const call = pns([A, B], archived(pk, 'recording', A), archived(pk, 'leg2', B));

    expect(call?.legs?.map(({ recording }) => recording?.key)).toEqual([
      'recordings/recording.mp3',
      'recordings/leg2.mp3',
    ]);
  });

  test('with the link of their call have failed with it, and show no earlier file of it', () => {
    const result = { ...archived(pk, 'recording', A), state: 'failed' as const, reason: 'status 404' };

    expect(pns([A], result)?.legs?.[0]?.recording).toEqual({
      state: 'failed',
      reason: 'status 404',
      at: SHOWN.at,
    });
  });

  test('that do not exist have none', () => {
    expect(pns([A], archived(pk, 'leg2', B))?.legs).toEqual([{ recordingUrl: A }]);
  });
});

test('a recording with only an id is that of its call', () => {
  const bodies = [{ data: { id: 'i-1', communicateVoiceId: 'v-1' } }];

  expect(fold('icc', bodies, archived('icc#i-1', 'recording', A))).toMatchObject({
    recordingId: 'v-1',
    recording: { state: 'archived' },
  });
});

test('a call is found by its archived file alone', () => {
  const call = fold('cc', [{ callId: 'c-1' }], archived('cc#c-1', 'recording', A));

  expect(call && hasRecording(itemOf(call))).toBe(true);
  expect(hasRecording({})).toBe(false);
  expect(hasRecording({ legs: [{ recording: { state: 'archived' } }] })).toBe(true);
});

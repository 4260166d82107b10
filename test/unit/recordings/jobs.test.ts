import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { objectKey } from '../../../shared/recordings/archive.ts';
import { deserializeJob, jobsOf, type RecordedCall, serializeJob } from '../../../shared/recordings/job.ts';

const call: RecordedCall = {
  pk: 'pns#45',
  receivedAt: '2026-11-26T23:59:59.999Z',
  revisedAt: '2026-11-27T00:10:00.000Z',
  recordingUrl: 'https://a',
  voicemailUrl: 'https://b',
  legs: [{}, { recordingUrl: 'https://c' }],
};

const askedOf = (before?: Parameters<typeof jobsOf>[1]) =>
  Object.fromEntries(jobsOf(call, before).map(({ kind, url }) => [kind, url]));

test('a new call requests all of its recordings', () => {
  expect(askedOf()).toEqual({ recording: 'https://a', voicemail: 'https://b', leg2: 'https://c' });
});

test('a changed call requests recordings that are new, or have a new URL', () => {
  const before = {
    recordingUrl: 'https://a',
    voicemailUrl: 'https://old',
    legs: [{ recordingUrl: 'https://x' }],
  };

  expect(askedOf(before)).toEqual({ voicemail: 'https://b', leg2: 'https://c' });
  expect(askedOf(call)).toEqual({});
});

test('a recording that the call and a leg share is requested once', () => {
  const legs = [{ recordingUrl: 'https://a' }, { recordingUrl: 'https://c' }];
  const shared = { ...call, voicemailUrl: undefined, legs };

  expect(jobsOf(shared).map(({ kind }) => kind)).toEqual(['recording', 'leg2']);
  expect(jobsOf(shared, { recordingUrl: 'https://a' }).map(({ kind }) => kind)).toEqual(['leg2']);
});

test('a leg that shared the link of its call is requested once the call has another', () => {
  const before = { recordingUrl: 'https://c', legs: [{}, { recordingUrl: 'https://c' }] };

  expect(askedOf({ ...before, voicemailUrl: 'https://b' })).toEqual({
    recording: 'https://a',
    leg2: 'https://c',
  });
});

test('a call without recordings requests nothing', () => {
  const { pk, receivedAt, revisedAt } = call;

  expect(jobsOf({ pk, receivedAt, revisedAt })).toEqual([]);
});

test('a job is the same after the queue, whatever its characters', () => {
  const [job] = jobsOf({ ...call, pk: 'pns#call:😀\ud800', recordingUrl: 'https://a/\uffff' });
  const text = serializeJob(job as NonNullable<typeof job>);

  expect(text).not.toMatch(/[\ud800-\udfff\ufffe\uffff]/);
  expect(deserializeJob(text)).toEqual(job);
});

test.each([
  'no JSON',
  '{}',
  JSON.stringify({ ...call, kind: 'leg0', url: 'https://a' }),
  JSON.stringify({ ...call, kind: '../x', url: 'https://a' }),
  JSON.stringify({ ...call, kind: 'recording', url: 'https://a', receivedAt: '../../x' }),
  JSON.stringify({ ...call, kind: 'recording', url: 'https://a', pk: '../x#1' }),
])('a message that no relay wrote is reported without its text: %s', (text) => {
  expect(() => deserializeJob(text)).toThrow('this is not a job of the archiver');
});

test('a recording is filed by callback and the day of the first delivery, under a name that reveals nothing', () => {
  const [own, voicemail] = jobsOf(call).map((job) => objectKey(job, 'mp3'));

  expect(own).toBe(`recordings/pns/2026/11/26/${hash('sha256', 'pns#45 recording').slice(0, 32)}.mp3`);
  expect(voicemail).not.toBe(own);
});

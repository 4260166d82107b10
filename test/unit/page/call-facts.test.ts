import { describe, expect, test } from 'vitest';
import { customerOf, neighbourQueries } from '../../../page/call/customer.ts';
import { factsOf, factsOfLeg } from '../../../page/call/facts.ts';
import { formOf } from '../../../page/call/form.ts';
import { issueWords } from '../../../page/call/issues.ts';
import { resultOf } from '../../../page/call/result.ts';
import { fileReasonOf, openableOf, tracksOf } from '../../../page/call/tracks.ts';
import { CallRecord, Leg } from '../../../shared/calls/call.ts';
import { FIELD_LABELS, LEG_LABELS } from '../../../shared/calls/labels.ts';
import type { CallView } from '../../../shared/calls/view.ts';
import { bodyOf, callbackNamed, reception } from '../../support/calls.ts';
import { DOCUMENTED } from '../../support/documented.ts';
import { callLike, openedFixture } from '../../support/opened.ts';

const NOW = Date.parse('2026-11-26T08:00:00.000Z');
const time = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe('the result of a call in words', () => {
  const fixture = (name: string) => resultOf(openedFixture(name).call, NOW);

  test('says who answered and when, how long the talk was, and who hung up', () => {
    expect(fixture('cc-list-answered')).toEqual([
      { kind: 'answeredByAfter', agent: '示例坐席', seconds: 6 },
      { kind: 'talked', seconds: 5 },
      { kind: 'hungUpByAgent' },
    ]);
    expect(fixture('predictive')).toEqual([
      { kind: 'answeredAfter', seconds: 10.4 },
      { kind: 'agentAfter', agent: '6122312312', seconds: 0.3 },
      { kind: 'talked', seconds: 359 },
    ]);
  });

  test('says why nobody was reached, and who hung up only if the reason does not', () => {
    expect(fixture('cc-list-abandoned')).toEqual([
      { kind: 'statusAfter', status: 'abandoned-in-queue', seconds: 6.1 },
    ]);
    expect(fixture('pns-notice')).toEqual([{ kind: 'status', status: 'not-bound' }]);
    expect(resultOf(callLike({ answered: false, hangupBy: 'caller' }), NOW)).toEqual([
      { kind: 'notAnswered' },
      { kind: 'hungUpByCaller' },
    ]);
  });

  test('says nothing that the product did not say', () => {
    expect(resultOf(callLike({}), NOW)).toEqual([{ kind: 'unknown' }]);
    expect(resultOf(callLike({ status: 'unknown:9' }), NOW)).toEqual([
      { kind: 'status', status: 'unknown:9' },
    ]);
    expect(resultOf(callLike({ answered: true, hangupBy: 'unknown' }), NOW)).toEqual([{ kind: 'answered' }]);
    expect(
      resultOf(callLike({ answered: true, startedAt: time(9), answeredAt: time(5), direction: 'ai' }), NOW),
    ).toEqual([{ kind: 'answered' }]);
  });

  test.each([
    [{}, { kind: 'ringing' }],
    [{ answeredAt: time(-20), status: 'answered' as const }, { kind: 'waiting' }],
    [
      { agentAnsweredAt: time(-10), agentName: '王小明' },
      { kind: 'talking', agent: '王小明' },
    ],
    [{ agentAnsweredAt: time(-10) }, { kind: 'talkingNow' }],
  ])('says the state of a call in progress with %j', (fields, clause) => {
    const call = { callback: 'predictive', status: 'calling' as const, startedAt: time(-30), ...fields };

    expect(resultOf(callLike(call), NOW)).toEqual([clause]);
  });
});

describe('the facts of a call', () => {
  // Told by the result, the timeline, the players, the form, the legs.
  const ELSEWHERE = [
    ...['direction', 'answered', 'abandoned', 'status', 'forms', 'legs', 'recordingUrl', 'voicemailUrl'],
    ...[
      'startedAt',
      'ringingAt',
      'queuedAt',
      'dequeuedAt',
      'answeredAt',
      'agentAnsweredAt',
      'endedAt',
      'occurredAt',
    ],
  ];
  const fieldsOf = (call: CallView) => factsOf(call).flatMap(({ facts }) => facts.map(({ field }) => field));
  const bare = fieldsOf(callLike({}));

  test.each(Object.keys(CallRecord.entries).filter((field) => !ELSEWHERE.includes(field)))(
    'have %s only if the product sent it',
    (field) => {
      const call = callLike({ [field]: field === 'dtmf' ? ['1'] : field.endsWith('Seconds') ? 7 : 'x' });

      expect(fieldsOf(call)).toContain(field);
      expect(bare).not.toContain(field);
      expect(FIELD_LABELS).toHaveProperty(field);
    },
  );

  test('have each field once', () => {
    const every = Object.fromEntries(Object.keys(CallRecord.entries).map((field) => [field, field]));
    const fields = fieldsOf(callLike(every as Partial<CallView>));

    expect(fields).toEqual([...new Set(fields)]);
  });

  test('do not repeat equal ids, nor an agent', () => {
    expect(
      fieldsOf(callLike({ id: 'call:9', callId: '9', agentName: 'a', agentNickname: 'a', agentId: 'a' })),
    ).toEqual(['agentName', 'callId', 'ref']);
  });

  test('have no rating of a call that nobody rated', () => {
    expect(fieldsOf(callLike({ satisfaction: -1 }))).toEqual(bare);
    expect(fieldsOf(callLike({ satisfaction: 5 }))).toContain('satisfaction');
  });

  test('have the IVR path as its steps', () => {
    expect(factsOf(openedFixture('icc').call)).toContainEqual({
      title: 'ivr',
      facts: [{ field: 'ivrPath', kind: 'steps', value: ['开始', '播放语音', '转AI语音', '转人工'] }],
    });
  });

  test('of a leg have all of its fields except its times and its recording', () => {
    const leg = openedFixture('pns-2024-09-27').call.legs?.[0] ?? {};
    const names = Object.keys(Leg.entries).filter(
      (field) => !['leg', 'hungUp', 'recordingUrl', 'recording'].includes(field) && !field.endsWith('At'),
    );

    expect(factsOfLeg(leg).map(({ field }) => field)).toEqual(
      expect.arrayContaining(names.filter((name) => name in leg)),
    );
    for (const { field } of factsOfLeg(leg)) expect(LEG_LABELS).toHaveProperty(field);
    expect(factsOfLeg({})).toEqual([]);
  });
});

describe('the form of a call', () => {
  test('of ICC has its fields by name', () => {
    expect(formOf(openedFixture('icc').call.forms)).toEqual([
      { name: '通话小结', text: '业务咨询' },
      { name: '紧急程度', text: '一般' },
      { name: '服务备注', text: '客户告知健康宝没有更新,已告知客户联系健康宝客服' },
    ]);
  });

  test.each([
    [undefined, []],
    [null, []],
    [{}, []],
    [[], []],
    ['free text', [{ text: 'free text' }]],
    [
      { a: 1, b: [true, 'x'], c: null },
      [
        { name: 'a', text: '1' },
        { name: 'b', text: 'true, x' },
        { name: 'c', text: '' },
      ],
    ],
    [[{ name: 'n' }], [{ name: 'n', text: '' }]],
    [
      [{ k: { value: 'deep' } }, 7, null],
      [{ text: 'k: deep' }, { text: '7' }],
    ],
  ])('shows %j readably', (forms, expected) => {
    expect(formOf(forms)).toEqual(expected);
  });
});

const DEEP = JSON.parse('['.repeat(40) + ']'.repeat(40));

test('every reason why a documented field of a call can be unreadable has words', () => {
  const bad = [
    { nested: { deeply: 1 } },
    'no such thing',
    -7,
    'x'.repeat(300),
    [[{}]],
    Array(60).fill(1),
    DEEP,
  ];
  const messages = new Map<string, string>();
  for (const { callback, fields } of Object.values(DOCUMENTED)) {
    expect(callbackNamed(callback).name).toBe(callback);
    for (const field of Object.keys(fields)) {
      for (const value of bad) {
        const { accepted, issues = [] } = reception(callback, bodyOf(callback, { [field]: value }));
        for (const issue of accepted ? issues : []) messages.set(issue.message, issueWords(issue).reason);
      }
    }
  }

  expect(messages.size).toBeGreaterThan(7);
  expect([...messages].filter(([, reason]) => reason === 'other')).toEqual([]);
});

test('a reason without words is shown as it is', () => {
  expect(issueWords({ path: 'a', message: 'is odd' })).toEqual({
    path: 'a',
    reason: 'other',
    values: { message: 'is odd' },
  });
  expect(issueWords({ path: 'a', message: 'must be a duration of 0 to 604800 seconds' })).toEqual({
    path: 'a',
    reason: 'duration',
    values: { most: 604800 },
  });
});

test.each([
  [{ direction: 'inbound' as const, caller: '1', callee: '2' }, '1'],
  [{ direction: 'outbound' as const, caller: '1', callee: '2' }, '2'],
  [{ direction: 'outbound' as const, callee: '2' }, '2'],
  [{ direction: 'outbound' as const, caller: '1' }, '1'],
  [{ direction: 'ai' as const, caller: '85235757581', callee: 'NX09445G000025@203.0.113.9' }, '85235757581'],
  [{ caller: '85235757581', callee: '85238533300' }, '85235757581'],
  [{}, undefined],
])('of %j the customer is %s', (fields, expected) => {
  expect(customerOf(callLike(fields))).toBe(expected);
});

test("a customer's earlier calls end where the later ones begin", () => {
  const queries = neighbourQueries(callLike({ caller: '+852 3575-7581' }));

  expect(queries?.earlier.get('to')).toBe('2026-11-26T06:00:00.000Z');
  expect(queries?.later.get('from')).toBe('2026-11-26T06:00:00.000Z');
  expect(queries?.later.get('number')).toBe('+852 3575-7581');
  expect(neighbourQueries(callLike({ caller: '***' }))).toBeUndefined();
  expect(neighbourQueries(callLike({}))).toBeUndefined();
});

describe('the recordings of a call', () => {
  const leg = (leg: 'caller' | 'callee', recordingUrl?: string) => ({
    leg,
    ...(recordingUrl && { recordingUrl }),
  });
  const kinds = (fields: Partial<CallView>) => tracksOf(callLike(fields)).map(({ kind }) => kind);

  test.each([
    [{}, []],
    [{ recordingUrl: 'a', voicemailUrl: 'm' }, ['recording', 'voicemail']],
    [{ recordingUrl: 'a', legs: [leg('caller', 'a'), leg('callee')] }, ['recording']],
    [{ recordingUrl: 'a', legs: [leg('caller', 'a'), leg('callee', 'b')] }, ['recording', 'leg2']],
    [{ recordingUrl: 'c', legs: [leg('caller'), leg('callee', 'b')] }, ['recording', 'leg2']],
    [{ recording: { state: 'archived' as const, bytes: 1 } }, ['recording']],
  ])('of %j are %j', (fields, expected) => {
    expect(kinds(fields)).toEqual(expected);
  });

  test('of a leg plays the file of the call if both have one link', () => {
    const recording = { state: 'archived' as const, bytes: 1 };
    const legs = [leg('caller', 'a'), leg('callee', 'b')];

    expect(tracksOf(callLike({ recordingUrl: 'a', recording, legs }))).toEqual([
      { kind: 'recording', leg: 'caller', link: 'a', file: recording },
      { kind: 'leg2', leg: 'callee', link: 'b' },
    ]);
  });

  test.each([
    ['https://recordings.example/1.mp3', true],
    ['http://127.0.0.1/1.mp3', true],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['https//no', false],
    ['***', false],
  ])('%s can be opened: %j', (link, expected) => {
    expect(openableOf(link)).toBe(expected ? link : undefined);
  });

  test.each([
    ['status 404', 'status'],
    ['refused: RECORDING_HOSTS does not have its host', 'refused'],
    ['not a recording: the server calls it text/html', 'notARecording'],
    ['larger than 200 MB', 'tooLarge'],
    ['it was cut off after 7 bytes', 'cutOff'],
    ['it stopped for 10 s in the middle', 'cutOff'],
    ['no connection: ECONNREFUSED', 'unreachable'],
    ['the link has changed', 'changed'],
    ['something new', undefined],
  ])('are not here because of "%s": %s', (reason, expected) => {
    expect(fileReasonOf(reason)?.why).toBe(expected);
  });
});

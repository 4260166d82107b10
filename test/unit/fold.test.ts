import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldCall } from '../../shared/calls/fold.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { callbackNamed, callOf, deliveries } from '../support/calls.ts';

const RUNS = { seed: 20_261_126, numRuns: 300 };

const cc = (...versions: object[]) =>
  callOf('cc', ...versions.map((fields) => ({ callId: 'c-1', ...fields })));

describe('a newer version', () => {
  test('wins with the fields that it has and leaves those that it lacks', () => {
    const call = cc(
      { caller: '85235757581', callDuration: 7, dtmfKeys: '1,2', agentName: 'fang' },
      { callDuration: 8, dtmfKeys: '3', agentName: null, caller: '' },
    );

    expect(call).toMatchObject({
      caller: '85235757581',
      talkSeconds: 8,
      dtmf: ['3'],
      agentName: 'fang',
      versions: 2,
      receivedAt: '2026-11-26T04:04:11.000Z',
      revisedAt: '2026-11-26T04:04:12.000Z',
    });
  });

  test.each([0, -1])('removes a time by an explicit %d', (answerTime) => {
    const call = cc({ answerTime: 1691372192000 }, { answerTime });

    expect(call).not.toHaveProperty('answeredAt');
    expect(call.answered).toBe(false);
  });

  test('is read with all fields together: a code of the first decides about the second', () => {
    expect(cc({ hangupCode: 1103 }, { answered: true })).toMatchObject({ answered: false, abandoned: true });
  });

  test('replaces a form and the legs whole', () => {
    const forms = (expansionFields: unknown) => ({ data: { id: 'i-1', acw: 5, expansionFields } });

    expect(callOf('icc', forms({ a: 1, b: 2 }), forms({ a: 3 }))).toMatchObject({
      forms: { a: 3 },
      wrapUpSeconds: 5,
    });
    expect(callOf('icc', forms({ a: 1, b: 2 }), forms({ a: 3 })).forms).toEqual({ a: 3 });
    const legs = (...legList: object[]) => ({ callId: 'p-1', legList });
    expect(callOf('pns', legs({ uuid: 'a' }, { uuid: 'b' }), legs({ uuid: 'c' })).legs).toEqual([
      { legId: 'c' },
    ]);
  });

  test('keeps the fields of a notice that it lacks, however deep', () => {
    const notice = (requestParams: object) => ({ code: 10013, requestId: 'n-1', data: { requestParams } });
    const call = callOf('pns', notice({ caller: '852121199', did: '1' }), notice({ caller: null, did: '2' }));

    expect(call).toMatchObject({ caller: '852121199', did: '2' });
  });

  test('keeps an issue only if no version could be read', () => {
    expect(cc({ callDuration: 'x', ringDuration: 'y' }, { callDuration: 7 }).issues).toMatchObject([
      { path: 'ringDuration' },
    ]);
    expect(cc({ callDuration: 7 }, { callDuration: 'x' })).not.toHaveProperty('issues');
    expect(cc({ startTime: 'x' }, { startTime: 0 })).not.toHaveProperty('issues');
  });

  test('from the list of calls adds and never overrides', () => {
    const [callback, list] = deliveries('cc', [
      { callId: 'c-1', callDuration: 7, answerTime: 0 },
      { callId: 'c-1', callDuration: 9, answerTime: 1691372192000, lineIp: '127.0.0.1' },
    ]) as [Delivery, Delivery];
    const call = foldCall(callbackNamed('cc'), [callback, { ...list, source: 'list' }]);

    expect(call).toMatchObject({ talkSeconds: 7, answered: false, lineIp: '127.0.0.1' });
  });
});

const field = fc.record(
  {
    caller: fc.constantFrom('1', '2', null, '', {}),
    callDuration: fc.constantFrom(1, 2, 'x', null),
    answerTime: fc.constantFrom(1691372192000, 1691372193000, 0, -1, null, 'x'),
    hangupCode: fc.constantFrom(1001, 1103, 9999, null),
    answered: fc.constantFrom(true, false, null),
    dtmfKeys: fc.constantFrom('1', '2,3', '', [4]),
  },
  { requiredKeys: [] },
);

test('keeps everything from callbacks, whatever the list says and when', () => {
  const versions = fc.array(fc.record({ fields: field, isListed: fc.boolean() }), {
    minLength: 2,
    maxLength: 5,
  });
  fc.assert(
    fc.property(versions, (all) => {
      const bodies = deliveries(
        'cc',
        all.map(({ fields }) => ({ callId: 'c-1', ...fields })),
      ).map((delivery, n): Delivery => ({ ...delivery, source: all[n]?.isListed ? 'list' : 'callback' }));
      const told = bodies.filter(({ source }) => source === 'callback');
      const facts = (some: Delivery[]) => {
        const {
          receivedAt: _,
          revisedAt: _1,
          versions: _2,
          issues: _3,
          ...record
        } = foldCall(callbackNamed('cc'), some) ?? {};
        return record;
      };

      expect(facts(bodies)).toMatchObject(facts(told));
    }),
    RUNS,
  );
});

test('is the same for deliveries in any order, however often', () => {
  const bodies = fc.uniqueArray(field, {
    minLength: 1,
    maxLength: 6,
    selector: (value) => JSON.stringify(value),
  });
  fc.assert(
    fc.property(bodies, fc.infiniteStream(fc.nat()), (fields, order) => {
      const all = deliveries(
        'cc',
        fields.map((value) => ({ callId: 'c-1', ...value })),
      );
      const shuffled = all
        .map((delivery) => ({ delivery, at: order.next().value }))
        .sort((a, b) => a.at - b.at);
      const met = shuffled.map(({ delivery }) => delivery);

      expect(foldCall(callbackNamed('cc'), met)).toEqual(foldCall(callbackNamed('cc'), all));
    }),
    RUNS,
  );
});

test('never loses to a null', () => {
  fc.assert(
    fc.property(
      fc.array(field, { minLength: 1, maxLength: 4 }),
      fc.subarray(Object.keys(NULLS)),
      (fields, names) => {
        const nulls = Object.fromEntries(names.map((name) => [name, null]));
        const { revisedAt: _, versions: __, ...call } = cc(...fields);
        const { revisedAt: _r, versions: _v, ...after } = cc(...fields, nulls);

        expect(after).toEqual(call);
      },
    ),
    RUNS,
  );
});
const NULLS = { caller: 0, callDuration: 0, answerTime: 0, hangupCode: 0, answered: 0, dtmfKeys: 0 };

test('is the same for a body with another order of keys and other spaces', () => {
  const {
    revisedAt: _,
    versions: __,
    ...first
  } = callOf('cc', '{"callId":"c-1","callDuration":7,"caller":"8"}');
  const {
    revisedAt: _r,
    versions,
    ...both
  } = callOf(
    'cc',
    '{"callId":"c-1","callDuration":7,"caller":"8"}',
    '{ "caller": "8", "callDuration": 7, "callId": "c-1" }',
  );

  expect(both).toEqual(first);
  expect(versions).toBe(2);
});

describe('predictive events', () => {
  const US = 1_558_677_782_000_000;
  const event = (leg: 'agent' | 'call', state: number, second: number, agentid?: string) => ({
    uuid: 'u-1',
    type: leg === 'agent' ? 1 : 2,
    state,
    time: String(US + second * 1_000_000),
    callid: '104906',
    callphone: '812345613',
    ...(agentid && { agentid, username: `name of ${agentid}`, sipid: `phone of ${agentid}` }),
  });
  const at = (second: number) => new Date(US / 1000 + second * 1000).toISOString();
  const [calling, answered, hungUp] = [event('call', 1, 0), event('call', 3, 10), event('call', 4, 70)];
  const agentAnswered = event('agent', 3, 11, 'a-1');
  const fold = (...events: object[]) => callOf('predictive', ...events);

  test.each([
    ['calling', [calling], { status: 'calling', startedAt: at(0) }],
    ['answered', [calling, answered], { status: 'answered', answered: true, answeredAt: at(10) }],
    [
      'connected',
      [calling, answered, agentAnswered],
      { status: 'connected', answered: true, abandoned: false },
    ],
    ['not answered', [calling, hungUp], { status: 'ended', answered: false, endedAt: at(70) }],
    ['abandoned', [calling, answered, hungUp], { status: 'ended', answered: true, abandoned: true }],
    [
      'ended',
      [calling, answered, agentAnswered, hungUp],
      { status: 'ended', abandoned: false, talkSeconds: 59 },
    ],
    ['only an agent', [agentAnswered], { status: 'connected', agentId: 'a-1' }],
    ['nothing readable', [event('call', 9, 0)], { callee: '812345613' }],
  ])('make one call: %s', (_name, events, expected) => {
    expect(fold(...events)).toMatchObject(expected);
  });

  test('add nothing that was not said', () => {
    expect(fold(calling)).not.toHaveProperty('answered');
    expect(fold(calling, hungUp)).not.toHaveProperty('abandoned');
    expect(fold(calling, answered)).not.toHaveProperty('abandoned');
    expect(fold(calling, answered, hungUp)).not.toHaveProperty('talkSeconds');
  });

  test.each(['type', 'state'])('do not say no beside an event whose %s cannot be read', (name) => {
    const unclear = { ...answered, [name]: {} };

    expect(fold(calling, hungUp, unclear)).not.toHaveProperty('answered');
    expect(fold(calling, answered, hungUp, { ...agentAnswered, [name]: {} })).not.toHaveProperty('abandoned');
  });

  test('correct a call that seemed not answered, and one that seemed abandoned', () => {
    expect(fold(hungUp, answered, calling)).toMatchObject({ answered: true, abandoned: true });
    expect(fold(hungUp, answered, calling, agentAnswered)).toMatchObject({
      answered: true,
      abandoned: false,
    });
  });

  test('keep the earliest answer, the latest hang-up and the last agent', () => {
    const call = fold(
      event('call', 3, 12),
      answered,
      event('agent', 3, 30, 'a-2'),
      agentAnswered,
      hungUp,
      event('call', 4, 65),
    );

    expect(call).toMatchObject({
      answeredAt: at(10),
      agentAnsweredAt: at(11),
      endedAt: at(70),
      agentId: 'a-2',
      agentName: 'name of a-2',
      agentPhone: 'phone of a-2',
    });
  });

  test('make the same call in whatever order they arrive', () => {
    const events = [
      calling,
      answered,
      agentAnswered,
      event('agent', 3, 30, 'a-2'),
      hungUp,
      event('agent', 4, 70, 'a-2'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: 1 }), (some) => {
        const inOrder = events.filter((one) => some.includes(one));
        const { receivedAt: _, revisedAt: __, ...call } = fold(...inOrder);

        expect(fold(...some)).toMatchObject(call);
      }),
      RUNS,
    );
  });

  test.each(['type', 'state', 'time'])(
    'are kept and named if their %s is missing or cannot be read',
    (name) => {
      for (const value of [undefined, null, {}]) {
        expect(fold(answered, { ...hungUp, [name]: value }).issues).toMatchObject([{ path: name }]);
      }
    },
  );
});

import { TEST_PREFIX } from '../../shared/calls/test-call.ts';

/** An invented call of a product: its bodies, in order. Nobody has its numbers. */
export type TestCall = { id: string; bodies: object[] };

const CUSTOMER = '85255500142';
const HOTLINE = '85255559000';
const TALK_SECONDS = 6;

/** A call that has just ended; its id marks it as a test. */
export const testCall = (
  callback: string,
  now = Date.now(),
  id = TEST_PREFIX + crypto.randomUUID(),
): TestCall => {
  const make = BODIES[callback];
  return { id, bodies: make ? make(id, now) : [] };
};

type Make = (id: string, now: number) => object[];

const BODIES: Readonly<Record<string, Make>> = {
  cc: (callId, now) => [
    {
      ...{ callId, direction: 0, caller: CUSTOMER, callee: HOTLINE, agentNickName: 'Test' },
      ...{ startTime: now - 9_000, answerTime: now - 6_000, endTime: now },
      ...{ callDuration: TALK_SECONDS, answered: true, hangupCode: 1002 },
    },
  ],
  predictive: (uuid, now) => {
    const call = { uuid, callid: '105550', callphone: CUSTOMER };
    const agent = { agentid: 'test', sipid: '1055500', username: 'Test' };
    // Microseconds, as text.
    const event = (ago: number, type: 1 | 2, state: number, info: string, more = {}) => ({
      ...{ info, time: `${now - ago}000`, type, state, ...call, ...more },
    });
    return [
      event(9_000, 2, 1, 'Phone calling'),
      event(6_500, 2, 3, 'Phone answer'),
      event(6_000, 1, 3, 'Phone answer', agent),
      event(0, 2, 4, 'Phone hungup'),
    ];
  },
  icc: (id, now) => [
    {
      data: {
        ...{ id, callType: 1, callingNumber: CUSTOMER, calledNumber: HOTLINE, staffName: 'Test' },
        ...{ communicateBeginTime: now - 9_000, agentAnswerTime: now - 6_000, communicateEndTime: now },
        ...{ communicateDuration: TALK_SECONDS, speechCallResult: 2, handupDirection: 0 },
      },
    },
  ],
  pns: (callId, now) => {
    const hangupAt = Math.floor(now / 1000);
    return [
      {
        ...{ callId, caller: CUSTOMER, callee: HOTLINE, did: '85255557001' },
        ...{
          startAt: hangupAt - 9,
          answerAt: hangupAt - 6,
          hangupAt,
          duration: TALK_SECONDS,
          callStatus: 1,
          hangup: 0,
        },
      },
    ];
  },
};

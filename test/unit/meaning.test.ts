import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callOf, callWith } from '../support/calls.ts';

describe('Call Center', () => {
  // The hangup codes' page, retyped: code, status, answered, abandoned, hang-up party.
  const TABLE = readFileSync(join(import.meta.dirname, 'cc-hangup-codes.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const fact = (word: string | undefined) => (word === 'yes' ? true : word === 'no' ? false : undefined);

  test.each(TABLE)('reads code %s as %s', (code, status, answered, abandoned, hangupBy) => {
    const call = callWith('cc', { hangupCode: code });

    expect(call.status).toBe(status);
    expect(call.answered).toBe(fact(answered));
    expect(call.abandoned).toBe(fact(abandoned));
    expect(call.hangupBy).toBe(hangupBy || undefined);
  });

  test('lets a code win over the fields, and the fields say what it does not', () => {
    const fields = { answered: true, answerTime: 1691372192000, hangupBy: 0, callStatus: '呼入未接' };

    expect(callWith('cc', { ...fields, hangupCode: 1103 })).toMatchObject({
      answered: false,
      abandoned: true,
      hangupBy: 'customer',
      status: 'abandoned-in-queue',
      statusText: '呼入未接',
    });
    expect(callWith('cc', { ...fields, hangupCode: 1109 })).toMatchObject({
      answered: true,
      hangupBy: 'agent',
    });
    expect(callWith('cc', { ...fields, hangupCode: 9999 })).toMatchObject({
      status: 'unknown:9999',
      answered: true,
    });
  });

  test('has no status without a code', () => {
    expect(callWith('cc', { callStatus: 'Normal termination' })).not.toHaveProperty('status');
  });

  test.each([
    [{ answered: false, answerTime: 1691372192000 }, false],
    [{ answerTime: 1691372192000 }, true],
    [{ answerTime: 0 }, false],
    [{ answerTime: -1 }, false],
    [{}, undefined],
  ])('says answered by flag, else by time: %j', (fields, answered) => {
    expect(callWith('cc', fields).answered).toBe(answered);
  });

  test.each([
    [{ inQueueTime: 1690442492861, outQueueTime: 1690442498000, queueDuration: 5139 }, 5],
    [{ inQueueTime: 1690442492861, queueDuration: 6 }, 6],
    [{ inQueueTime: 1690442498000, outQueueTime: 1690442492861, queueDuration: 6 }, 6],
  ])('says how long a call queued by its two times, if both are there: %j', (fields, seconds) => {
    expect(callWith('cc', fields).queueSeconds).toBe(seconds);
  });
});

describe('ICC', () => {
  test.each([
    [0, 'none', undefined, undefined],
    [1, 'unreachable', false, false],
    [2, 'connected', true, false],
    [3, 'no-answer', false, false],
    [4, 'abandoned-in-queue', false, true],
    [5, 'outside-service-hours', false, false],
    [6, 'agent-no-answer', false, false],
    [7, 'customer-quick-hangup', false, true],
    [8, 'abandoned-in-ivr', false, true],
    [9, 'agent-hangup-while-ringing', false, false],
    [10, 'call-prohibited', false, false],
    [11, 'unknown:11', undefined, undefined],
  ])('reads result %d as %s', (speechCallResult, status, answered, abandoned) => {
    const call = callWith('icc', { speechCallResult });

    expect([call.status, call.answered, call.abandoned]).toEqual([status, answered, abandoned]);
  });

  test('treats the agent as the answering side of an inbound call only', () => {
    const agentAnswerTime = 1606188560000;
    const at = '2020-11-24T03:29:20.000Z';

    expect(callWith('icc', { agentAnswerTime, callType: 1 })).toMatchObject({
      answeredAt: at,
      agentAnsweredAt: at,
      answered: true,
    });
    const outbound = callWith('icc', { agentAnswerTime, callType: 2 });
    expect(outbound).toMatchObject({ agentAnsweredAt: at });
    expect(outbound).not.toHaveProperty('answeredAt');
    expect(outbound).not.toHaveProperty('answered');
  });

  test('reads a transferId of 0 as none', () => {
    expect(callWith('icc', { transferId: '0' })).not.toHaveProperty('transferId');
    expect(callWith('icc', { transferId: 'T-1' })).toMatchObject({ transferId: 'T-1' });
  });
});

describe('PNS', () => {
  test.each([
    [{ answerAt: 1671440454 }, true],
    [{ answerAt: 0 }, false],
    [{}, undefined],
    [{ legList: [{ callType: 2, callAnswerAt: 0 }] }, false],
    [
      {
        legList: [
          { callType: 2, callAnswerAt: 0 },
          { callType: 2, callAnswerAt: 1719652254 },
        ],
      },
      true,
    ],
    [{ legList: [{ callType: 1, callAnswerAt: 1719652247 }] }, undefined],
    [{ callStatus: 1 }, undefined],
    [{ callStatus: 1, legList: [] }, true],
  ])('says answered only if the body does: %j', (fields, answered) => {
    expect(callWith('pns', fields).answered).toBe(answered);
  });

  test('prefers top-level fields to those of the legs', () => {
    const legList = [{ callType: 2, callStartAt: 1719652252, duration: 4, callRecordFile: 'https://leg' }];

    expect(
      callWith('pns', { legList, startAt: 1671440452, duration: 6, recordFile: 'https://top' }),
    ).toMatchObject({
      startedAt: '2022-12-19T09:00:52.000Z',
      talkSeconds: 6,
      recordingUrl: 'https://top',
    });
  });

  test.each([
    [[1, 0], 'caller'],
    [[0, 1], 'callee'],
    [[1, 1], undefined],
    [[0, 0], undefined],
  ])('takes the leg with hangupType 1 for the one that hung up: %j', ([caller, callee], by) => {
    const legList = [
      { callType: 1, hangupType: caller },
      { callType: 2, hangupType: callee },
    ];

    expect(callWith('pns', { legList }).hangupBy).toBe(by);
  });

  test('makes no call from a notice that is not about a missing binding', () => {
    expect(() => callOf('pns', { requestId: '1', code: 10001, msg: 'parameter error' })).toThrow('no call');
  });
});

import fc from 'fast-check';
import { digits, type ListRow, listRow, localised, writtenRow } from './nxcloud-rows.ts';

/** A call as both sides tell of it: the row that NXCloud lists, and the body that its callback posts. */
export type ToldCall = { row: ListRow; body: string };

/** What happened to the callbacks of some calls. */
export type Scenario = {
  /** What NXCloud lists, changes included. */
  rows: ListRow[];
  /** What was posted to us. */
  bodies: string[];
  /** The callIds whose callback was dropped, whose row was changed afterwards, and that NXCloud does not list. */
  dropped: string[];
  changed: string[];
  onlyOurs: string[];
};

type Period = { from: number; until: number };

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const base64 = fc.string({
  unit: fc.constantFrom(...'ABCXYZabcxyz0189/+'),
  minLength: 16,
  maxLength: 16,
});
const callIds = fc.oneof(
  fc.uuid(),
  hex(25),
  base64.map((text) => `${text}/Waas@203.0.113.7`),
);
const number = fc.integer({ min: 10_000_000, max: 99_999_999 }).map((digitsOf8) => `852${digitsOf8}`);
const upTo = (most: number) => fc.integer({ min: 1, max: most });

const ANSWERED = [1001, 1002, 2001, 2002, 3001];
const CODES = [...ANSWERED, 1103, 2104];

/** The codes begin with the direction: 1 inbound, 2 outbound, 3 AICC. */
const directionOf = (code: number): number => Math.floor(code / 1000) - 1;

const calls = ({ from, until }: Period) =>
  fc
    .record({
      callId: callIds,
      startTime: fc.integer({ min: from, max: until - 1 }),
      hangupCode: fc.constantFrom(...CODES),
      caller: number,
      callee: fc.oneof(
        number,
        number.map((text) => `NX${text}@203.0.113.9:5060`),
      ),
      agent: fc.constantFrom('fang.cheng@nxcloud.com', 'NX094450006938', 'NX0001'),
      waitSeconds: upTo(60),
      talkSeconds: upTo(1_800),
      price: fc.constantFrom('0.035', '0.0350', '1.20', '0'),
      isFull: fc.boolean(),
    })
    .map(({ agent, waitSeconds, talkSeconds, price, isFull, ...call }): ToldCall => {
      const isAnswered = ANSWERED.includes(call.hangupCode);
      const endsWaiting = call.startTime + waitSeconds * 1000;
      const row = listRow(call.callId, call.startTime, {
        ...call,
        direction: directionOf(call.hangupCode),
        answered: isAnswered,
        outQueueTime: endsWaiting,
        queueDuration: waitSeconds,
        endTime: endsWaiting,
        totalCustomerPrice: digits(price),
        ...(isAnswered && {
          agentName: agent,
          agentNickName: '示例坐席',
          answerTime: endsWaiting,
          callDuration: talkSeconds,
          endTime: endsWaiting + talkSeconds * 1000,
          recordUrl: `https://record.example.com/${encodeURIComponent(call.callId)}.mp3`,
        }),
      });
      return { row, body: pushed(row, isFull) };
    });

const ONLY_LISTED = ['lineIp', 'mediaIp', 'termSipCode', 'hangupCause', 'mos'];
// The callback's published sample has no more than these.
const SPARSE = [
  ...['agentName', 'answerTime', 'callDuration', 'callId', 'callee', 'caller', 'direction', 'endTime'],
  ...['intent', 'orderId', 'other', 'startTime', 'taskId'],
];
const EMPTY: unknown[] = [null, '', false];

/** What the callback posts of a call: no empty field, none that only the list has, and its texts in another language. */
const pushed = (row: ListRow, isFull: boolean): string => {
  const isTold = ([name, value]: [string, unknown]) =>
    !ONLY_LISTED.includes(name) &&
    !EMPTY.includes(value) &&
    (isFull || (SPARSE.includes(name) && (value !== 0 || name === 'direction')));
  const told = Object.entries(localised(row, 'en')).filter(isTold);
  return writtenRow(Object.fromEntries(told));
};

/** So many calls that began in the period, the same ones for the same seed. */
export const toldCalls = (count: number, period: Period, seed: number): ToldCall[] =>
  fc.sample(fc.noBias(calls(period)), { seed, numRuns: count });

const CHANGES: ((row: ListRow) => Partial<ListRow>)[] = [
  () => ({ agentName: 'corrected@example.com' }),
  ({ endTime }) => ({ endTime: endTime + 7_000 }),
  () => ({ caller: '85299999999' }),
  ({ callDuration }) => ({ callDuration: Number(callDuration) + 1 }),
  ({ direction }) => ({ direction: (direction + 1) % 3 }),
];

/**
 * So many calls of which the callbacks of some were dropped, some were changed in NXCloud's list after their callback, and some are
 * known only to us, all told apart by the seed.
 */
export const scenario = (
  period: Period,
  count: { calls: number; dropped: number; changed: number; onlyOurs: number },
  seed: number,
): Scenario => {
  const all = toldCalls(count.calls, period, seed);
  const answered = all.filter(({ row }) => row.answered);
  const changed = answered.slice(0, count.changed);
  const others = all.filter((call) => !changed.includes(call));
  const dropped = others.slice(0, count.dropped);
  const onlyOurs = others.slice(count.dropped, count.dropped + count.onlyOurs);
  const changedRow = ({ row }: ToldCall, n: number) => ({ ...row, ...CHANGES[n % CHANGES.length]?.(row) });
  return {
    rows: [
      ...all.filter((call) => !changed.includes(call) && !onlyOurs.includes(call)).map(({ row }) => row),
      ...changed.map(changedRow),
    ],
    bodies: all.filter((call) => !dropped.includes(call)).map(({ body }) => body),
    ...{ dropped: idsOf(dropped), changed: idsOf(changed), onlyOurs: idsOf(onlyOurs) },
  };
};

const idsOf = (some: ToldCall[]): string[] => some.map(({ row }) => row.callId);

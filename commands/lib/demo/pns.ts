import type { Day } from './day.ts';
import { customerOf } from './people.ts';
import type { Random } from './random.ts';
import { RECORDED, type Story } from './story.ts';

const COUNTRIES = [
  [0, 5],
  [2, 3],
] as const;
// The numbers between a customer and a courier.
const DIDS = ['85255557001', '85255557002', '85255557003'] as const;

/** The calls of PNS in its formats, and its notices of numbers without a binding. */
export const pnsCalls = (day: Day): Story[] => [
  ...day.moments(26).map((moment) => oldFormat(day, moment)),
  ...day.moments(20).map((moment) => legFormat(day, moment)),
  ...day.moments(3).map((moment) => notice(day, moment)),
];

const courier = (random: Random): string => `8525555${random.between(8_000, 8_049)}`;

const story = (at: number, body: object, urls: (string | undefined)[]): Story => {
  const recordings = urls.filter((url) => url !== undefined && url !== '') as string[];
  return { callback: 'pns', posts: [{ at, body }], ...(recordings.length > 0 && { recordings }) };
};

const partiesOf = (random: Random) => ({
  bindId: random.hex(32),
  customerBindId: `ORDER-${random.digits(8)}`,
  did: random.pick(DIDS),
  caller: customerOf(random, COUNTRIES).number,
  callee: courier(random),
});

const seconds = (moment: number): number => Math.floor(moment / 1_000);

const oldFormat = (day: Day, moment: number): Story => {
  const { random } = day;
  const startAt = seconds(moment);
  const isAnswered = random.chance(0.78);
  const answerAt = isAnswered ? startAt + random.between(3, 20) : 0;
  const duration = isAnswered ? Math.round(4 + random.exponential(48)) : 0;
  const hangupAt = isAnswered ? answerAt + duration : startAt + random.between(8, 40);
  const recordFile = isAnswered && random.chance(RECORDED) ? day.recordingUrl(random.hex(16)) : '';
  const body = {
    ...{
      id: Number(random.digits(9)),
      businessId: 'demo_delivery',
      callId: random.digits(19),
      ...partiesOf(random),
    },
    ...{ callStatus: isAnswered ? 1 : 2, callStatusMsg: '', duration, startAt, answerAt, hangupAt },
    ...(isAnswered ? { hangupCause: '', hangupCode: 0 } : { hangupCause: 'NO_ANSWER', hangupCode: 19 }),
    ...{ hangup: random.chance(0.6) ? 0 : 1, recordFile },
    ...{ extensionCaller: random.digits(4), extensionCallee: random.digits(4) },
  };
  return story(hangupAt * 1_000 + 2_000, body, [recordFile]);
};

const legFormat = (day: Day, moment: number): Story => {
  const { random } = day;
  const parties = partiesOf(random);
  const start = seconds(moment);
  const isAnswered = random.chance(0.75);
  const ring = random.between(2, 18);
  const duration = isAnswered ? Math.round(4 + random.exponential(60)) : 0;
  const callFinishAt = start + 1 + ring + duration;
  const callerHangsUp = random.chance(0.55);
  const cause = isAnswered
    ? { hangupCause: 'NORMAL_CLEARING', hangupCode: 16 }
    : { hangupCause: 'NO_USER_RESPONSE', hangupCode: 18 };
  const status = isAnswered
    ? { fsCallStatus: 1, fsCallStatusMsg: 'Call Connected' }
    : { fsCallStatus: 2, fsCallStatusMsg: 'No Answer' };
  const leg = (
    callType: 1 | 2,
    caller: string,
    callee: string,
    callStartAt: number,
    callAnswerAt: number,
  ) => ({
    ...{
      callType,
      caller,
      callee,
      callStartAt,
      callRingAt: callType === 2 ? callStartAt + 1 : 0,
      callAnswerAt,
      callFinishAt,
    },
    duration: callAnswerAt === 0 ? 0 : callFinishAt - callAnswerAt,
    callRecordFile: isAnswered && random.chance(RECORDED) ? day.recordingUrl(random.hex(16)) : '',
    hangupType: (callType === 1) === callerHangsUp ? 1 : 0,
    ...cause,
    ...{
      uuid: random.uuid(),
      ringDuration: callType === 2 ? ring : 0,
      ...status,
      vosCallId: random.hex(32),
      allExtension: '',
    },
  });
  const legList = [
    leg(1, parties.caller, parties.did, start, start),
    leg(2, parties.did, parties.callee, start + 1, isAnswered ? start + 1 + ring : 0),
  ];
  const connection = isAnswered
    ? { callStatus: '1', callStatusMsg: 'Call Connected' }
    : { callStatus: '2', callStatusMsg: 'No Answer' };
  const format = {
    didX: parties.did,
    didY: random.pick(DIDS),
    extensionX: random.digits(3),
    pnsType: 'axeyb',
    ext: `order=${random.digits(10)}`,
  };
  const body = {
    ...parties,
    caller: `+${parties.caller}`,
    callId: random.hex(32),
    ...format,
    ...connection,
    legList,
  };
  return story(
    callFinishAt * 1_000 + 2_000,
    body,
    legList.map(({ callRecordFile }) => callRecordFile),
  );
};

const UTC8_MS = 8 * 3_600_000;

const notice = ({ random }: Day, moment: number): Story => {
  const { caller, did } = partiesOf(random);
  const occurrenceTime = new Date(moment + UTC8_MS).toISOString().slice(0, 19).replace('T', ' ');
  const data = { action: 'queryAXB', requestParams: { caller, did }, occurrenceTime };
  return story(
    moment + 500,
    { code: 10013, msg: 'binding not exist', requestId: random.digits(19), data },
    [],
  );
};

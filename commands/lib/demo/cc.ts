import type { Day } from './day.ts';
import { CC_AGENTS, customerOf } from './people.ts';
import { RECORDED, type Story } from './story.ts';

const HOTLINES = ['85255559000', '85255559001'] as const;
const COUNTRIES = [
  [0, 6],
  [1, 2],
  [3, 1],
  [4, 0.5],
] as const;

/** The calls of Call Center: inbound, outbound and of the AI. */
export const ccCalls = (day: Day): Story[] => [
  ...day.moments(120).map((moment) => inbound(day, moment)),
  ...day.moments(45).map((moment) => outbound(day, moment)),
  ...day.moments(22).map((moment) => ai(day, moment)),
];

type Fields = Record<string, unknown> & {
  endTime: number;
  recordUrl?: string | null;
  leaveMsgUrl?: string | null;
};

const story = (day: Day, fields: Fields): Story => {
  const body = { ...identity(day), ...fields };
  const recordings = [fields.recordUrl, fields.leaveMsgUrl].filter((url) => typeof url === 'string');
  return {
    callback: 'cc',
    posts: [{ at: fields.endTime + day.random.between(900, 4_000), body }],
    ...(recordings.length > 0 && { recordings }),
  };
};

// Ids in two of the provider's forms.
const identity = ({ random }: Day) => ({
  callId: random.chance(0.2) ? `${random.hex(18)}TA1SgEC/Waas@203.0.113.7` : random.hex(25),
  orderId: '',
  taskId: '',
  totalCustomerPrice: random.between(8, 240) / 1000,
});

const inbound = (day: Day, startTime: number): Story => {
  const { random } = day;
  const { number: caller } = customerOf(random, COUNTRIES);
  const menu = { dtmfKeys: random.chance(0.3) ? '1,2' : String(random.between(1, 4)) };
  const inQueueTime = startTime + random.between(3_000, 9_000);
  const call = { caller, callee: random.pick(HOTLINES), direction: 0, startTime, ...menu };
  const load = day.loadAt(startTime);
  const waitMs = 1_000 * (1 + random.exponential(4 + 8 * load * load));
  const patienceMs = 1_000 * (3 + random.exponential(170));
  if (random.chance(0.015))
    return story(day, { ...call, ...missed(startTime, inQueueTime - 1_000, 1108, 'User cancelled') });
  if (load < 0.2) return story(day, { ...call, ...closed(day, startTime) });
  const queued = { ...call, inQueueTime };
  if (patienceMs < waitMs)
    return story(day, {
      ...queued,
      ...missed(startTime, inQueueTime + patienceMs, 1103, 'User abandoned the queue', inQueueTime),
    });
  if (waitMs > 150_000)
    return story(day, {
      ...queued,
      ...missed(startTime, inQueueTime + waitMs, 11041, 'Queue timeout, all agents busy', inQueueTime),
    });
  return story(day, { ...queued, ...answered(day, Math.round(inQueueTime + waitMs), inQueueTime) });
};

const missed = (
  startTime: number,
  end: number,
  hangupCode: number,
  hangupReason: string,
  queuedAt?: number,
) => ({
  answered: false,
  answerTime: 0,
  callDuration: 0,
  endTime: Math.round(end),
  ...(queuedAt !== undefined && {
    outQueueTime: Math.round(end),
    queueDuration: Math.round((end - queuedAt) / 1_000),
  }),
  ringDuration: Math.round((end - startTime) / 1_000),
  hangupCode,
  hangupReason,
  callStatus: 'Missed call',
  recordUrl: null,
});

/** No agent is online; some callers leave a message. */
const closed = (day: Day, startTime: number) => {
  const leavesMessage = day.random.chance(0.5);
  const end = startTime + day.random.between(6_000, 30_000);
  return {
    ...missed(
      startTime,
      end,
      leavesMessage ? 10032 : 1105,
      leavesMessage ? 'Voicemail, no agent online' : 'No agent online',
    ),
    leaveMsgUrl: leavesMessage ? day.recordingUrl(`voicemail-${day.random.hex(12)}`) : null,
  };
};

const talkMs = ({ random }: Day, mean: number): number =>
  1_000 * Math.round(4 + random.exponential(mean) * 0.5 + random.exponential(mean) * 0.5);

const answered = (day: Day, answerTime: number, inQueueTime: number) => {
  const { random } = day;
  const ringSeconds = random.between(2, 8);
  const callMs = talkMs(day, 215);
  const hangupCode = random.weighted([
    [1002, 60],
    [1001, 34],
    [1004, 3],
  ]);
  return {
    ...random.pick(CC_AGENTS),
    answered: true,
    ringTime: answerTime - ringSeconds * 1_000,
    ringDuration: ringSeconds,
    answerTime,
    outQueueTime: answerTime,
    queueDuration: Math.round((answerTime - inQueueTime) / 1_000),
    callDuration: callMs / 1_000,
    endTime: answerTime + callMs,
    hangupCode,
    hangupReason:
      hangupCode === 1001 ? 'Agent hung up' : hangupCode === 1002 ? 'User hung up' : 'Network interruption',
    callStatus: 'Normal termination',
    recordUrl: random.chance(RECORDED) ? day.recordingUrl(random.hex(16)) : null,
    mos: random.between(380, 450) / 100,
  };
};

const outbound = (day: Day, startTime: number): Story => {
  const { random } = day;
  const { number: callee } = customerOf(random, COUNTRIES);
  const call = {
    ...random.pick(CC_AGENTS),
    caller: random.pick(HOTLINES),
    callee,
    direction: 1,
    startTime,
    inQueueTime: 0,
    outQueueTime: 0,
  };
  const ringTime = startTime + random.between(400, 2_000);
  const [hangupCode, hangupReason] = random.weighted(OUTCOMES);
  const answerTime = ringTime + random.between(3_000, 24_000);
  if (hangupCode > 2002)
    return story(day, {
      ...call,
      ringTime,
      ...missed(startTime, ringTime + random.between(5_000, 45_000), hangupCode, hangupReason),
    });
  const callMs = talkMs(day, 150);
  return story(day, {
    ...call,
    ...{ answered: true, ringTime, answerTime, endTime: answerTime + callMs, callDuration: callMs / 1_000 },
    ...{
      ringDuration: Math.round((answerTime - ringTime) / 1_000),
      callStatus: 'Normal termination',
      hangupCode,
      hangupReason,
    },
    recordUrl: random.chance(RECORDED) ? day.recordingUrl(random.hex(16)) : null,
  });
};

const OUTCOMES: [[code: number, reason: string], weight: number][] = [
  [[2002, 'User hung up'], 36],
  [[2001, 'Agent hung up'], 22],
  [[2104, 'No answer'], 22],
  [[2103, 'User rejected'], 7],
  [[2203, 'Line busy'], 5],
  [[2003, 'Agent cancelled'], 4],
  [[2204, 'Unreachable'], 3],
];

const ai = (day: Day, startTime: number): Story => {
  const { random } = day;
  const { number: caller } = customerOf(random, COUNTRIES);
  const [hangupCode, intent, hangupReason] = random.weighted(INTENTS);
  const isTransferred = hangupCode === 3001 || hangupCode === 3002;
  const answerTime = startTime + 1_000;
  const callMs = talkMs(day, isTransferred ? 120 : 40);
  return story(day, {
    ...(isTransferred && random.pick(CC_AGENTS)),
    ...{
      caller,
      callee: 'NX09445G005550@203.0.113.9:5060',
      direction: 2,
      startTime,
      answerTime,
      intent,
      hangupCode,
      hangupReason,
    },
    ...{
      answered: true,
      callDuration: callMs / 1_000,
      endTime: answerTime + callMs,
      taskId: '1688363452814330555',
    },
    other: JSON.stringify({ campaign: 'renewal', batch: day.date }),
  });
};

const INTENTS: [[code: number, intent: string, reason: string], weight: number][] = [
  [[3000, '咨询账单', 'Normal end'], 50],
  [[3002, '转人工-成功', 'User hung up'], 24],
  [[3001, '转人工-成功', 'Agent hung up'], 12],
  [[3103, '转人工-失败', 'User abandoned the queue'], 9],
  [[3106, '转人工-失败', 'All agents busy'], 5],
];

import type { Day } from './day.ts';
import { customerOf, ICC_AGENTS } from './people.ts';
import type { Random } from './random.ts';
import type { Story } from './story.ts';

const HOTLINE = '4005550100';
const TENANT = '87462158132343186600555001';
const COUNTRIES = [
  [1, 8],
  [0, 1],
] as const;

const [UNREACHABLE, CONNECTED, NO_ANSWER, ABANDONED, CLOSED, AGENT_NO_ANSWER, QUICK, IN_IVR] = [
  1, 2, 3, 4, 5, 6, 7, 8,
];

/** The calls of ICC, with the agents' notes after them. */
export const iccCalls = (day: Day): Story[] => day.moments(62).map((moment) => iccCall(day, moment));

const iccCall = (day: Day, startedAt: number): Story => {
  const { random } = day;
  const isInbound = random.chance(0.72);
  const id = random.uuid();
  const result = isInbound
    ? resultOf(day, startedAt)
    : random.weighted([
        [CONNECTED, 70],
        [NO_ANSWER, 22],
        [UNREACHABLE, 8],
      ]);
  const timing = timingOf(random, startedAt, result, isInbound);
  const { number, name, region, carrier } = customerOf(random, COUNTRIES);
  const data = {
    ...{
      id,
      iccCallId: random.uuid(),
      tenantId: TENANT,
      transferId: random.chance(0.04) ? random.uuid() : '0',
    },
    ...{ callType: isInbound ? 1 : 2, communicateSource: isInbound ? 1 : 2, speechCallResult: result },
    ...(isInbound
      ? { callingNumber: number, calledNumber: HOTLINE }
      : { callingNumber: HOTLINE, calledNumber: number }),
    ...{ customerName: name, custNumberAttribution: region, custIspName: carrier },
    ...(result === CLOSED || result === IN_IVR ? {} : random.pick(ICC_AGENTS)),
    ...timing,
    digitUrl: isInbound ? random.pick(PATHS) : '',
    ...hangupOf(random, result),
    evaluationScore: 0,
    expansionFields: result === CONNECTED ? JSON.stringify(formsOf(random)) : '[]',
    ...(!isInbound && {
      taskId: '1688363452814335550',
      externalCustomerId: `CRM-${random.digits(6)}`,
      externalData: `{"batch":"${day.date}"}`,
    }),
  };
  const at = timing.createTime + 1_000;
  const posts = [{ at, body: { data } }];
  // The customer's rating comes later.
  if (result === CONNECTED && random.chance(0.35))
    posts.push({ at: at + 45_000, body: { data: { ...data, evaluationScore: random.weighted(SCORES) } } });
  return { callback: 'icc', posts };
};

const SCORES = [
  [1, 60],
  [2, 25],
  [3, 9],
  [4, 4],
  [5, 2],
] as const;

const PATHS = [
  '开始>欢迎语>按键1:账单查询>转人工',
  '开始>欢迎语>按键2:业务办理>语音播报>转人工',
  '开始>欢迎语>转AI语音>转人工',
] as const;

const resultOf = (day: Day, startedAt: number): number | undefined => {
  const load = day.loadAt(startedAt);
  if (load < 0.2) return CLOSED;
  return day.random.weighted([
    [CONNECTED, 84],
    [ABANDONED, 5 * load],
    [AGENT_NO_ANSWER, 3],
    [QUICK, 2],
    [IN_IVR, 3],
  ]);
};

const timingOf = (random: Random, startedAt: number, result: number | undefined, isInbound: boolean) => {
  const isConnected = result === CONNECTED;
  const isQueued = isInbound && result !== CLOSED && result !== IN_IVR;
  const queueWaitDuration = isQueued ? Math.round(random.exponential(11)) : 0;
  const parkingWaitDuration = random.between(2, 9);
  const communicateDuration = isConnected
    ? Math.round(6 + random.exponential(95) + random.exponential(95))
    : 0;
  const answeredAt = startedAt + (queueWaitDuration + parkingWaitDuration) * 1_000;
  const communicateEndTime = answeredAt + communicateDuration * 1_000;
  const acw = isConnected ? random.between(4, 75) : 0;
  return {
    ...{
      communicateBeginTime: startedAt,
      communicateEndTime,
      communicateDuration,
      queueWaitDuration,
      parkingWaitDuration,
    },
    callWaitDuration: queueWaitDuration + parkingWaitDuration,
    ...(isConnected && {
      agentAnswerTime: answeredAt,
      communicateVoiceId: random.uuid(),
      iccRecordDate: String(startedAt),
    }),
    ...{ acw, createTime: communicateEndTime + acw * 1_000 },
  };
};

const hangupOf = (random: Random, result: number | undefined) => {
  if (result !== CONNECTED) return { handupDirection: 0, hangUpDirectionType: 'CONTACT_DROPPED_CALL' };
  return random.chance(0.7)
    ? { handupDirection: 0, hangUpDirectionType: 'CONTACT_DROPPED_CALL' }
    : { handupDirection: 1, hangUpDirectionType: 'AGENT_DROPPED_CALL' };
};

const SUMMARIES = ['账单咨询', '套餐变更', '投诉建议', '故障报修', '业务咨询'] as const;
const NOTES = [
  '客户咨询上月账单,已解释并发送明细。',
  '客户要求变更套餐,已受理,次月生效。',
  '客户反映信号不好,已建工单跟进。',
  'Customer asked for an invoice; sent by e-mail.',
] as const;
const URGENCIES = ['一般', '加急', '暂缓'] as const;

const formsOf = (random: Random) => {
  const urgency = random.weighted([
    ['一般', 80],
    ['加急', 15],
    ['暂缓', 5],
  ]);
  const options = URGENCIES.map((value) => ({ value, selected: value === urgency }));
  const summary = [{ id: random.hex(32), summary: random.pick(SUMMARIES) }];
  return [
    { id: 121, type: 0, name: '通话小结', required: false, otherRules: {}, value: summary },
    {
      id: 153,
      type: 4,
      name: '紧急程度',
      required: false,
      otherRules: { data: options, fieldInnerType: 0 },
      value: urgency,
    },
    { id: 122, type: 1, name: '服务备注', required: false, otherRules: {}, value: random.pick(NOTES) },
  ];
};

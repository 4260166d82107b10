import type { ARCHIVE_STATES } from '../deliveries/archive-result.ts';
import type { CallRecord, DIRECTIONS, HANGUP_PARTIES, Leg, STATUSES } from './call.ts';
import type { CallView } from './view.ts';

/** The languages of labels. */
export type Language = 'en' | 'zh';

/** The name of a field or a code, in each language. */
export type Label = Readonly<Record<Language, string>>;

const label = (en: string, zh: string): Label => ({ en, zh });

/** The names of a call's fields. */
export const FIELD_LABELS: Readonly<Record<keyof CallView, Label>> = {
  callId: label('Call ID', '通话ID'),
  tenantId: label('Tenant ID', '租户ID'),
  businessId: label('Business ID', '业务ID'),
  taskId: label('Task ID', '任务ID'),
  orderId: label('Order ID', '订单ID'),
  transferId: label('Transfer ID', '转接ID'),
  bindId: label('Binding ID', '绑定ID'),
  customerBindId: label('Customer binding ID', '客户绑定ID'),
  bindType: label('Binding type', '绑定类型'),
  requestId: label('Request ID', '请求ID'),
  did: label('DID', 'DID号码'),
  didX: label('DID X', 'X号码'),
  didY: label('DID Y', 'Y号码'),
  extensionX: label('Extension of X', 'X号码分机号'),
  extensionCaller: label("Caller's extension", '主叫分机号'),
  extensionCallee: label("Callee's extension", '被叫分机号'),
  accessNumber: label('Access number', '接入号'),
  direction: label('Direction', '呼叫方向'),
  caller: label('Caller', '主叫号码'),
  callee: label('Callee', '被叫号码'),
  agentId: label('Agent ID', '坐席ID'),
  agentName: label('Agent', '坐席'),
  agentNickname: label('Agent nickname', '坐席昵称'),
  agentPhone: label('Agent phone', '坐席话机'),
  skillGroupId: label('Skill group ID', '技能组ID'),
  customerId: label('Customer ID', '客户ID'),
  customerName: label('Customer', '客户名称'),
  customerRegion: label('Customer region', '客户号码归属地'),
  customerCarrier: label('Customer carrier', '客户号码运营商'),
  startedAt: label('Started at', '开始时间'),
  ringingAt: label('Ringing at', '振铃时间'),
  queuedAt: label('Queued at', '进入队列时间'),
  dequeuedAt: label('Left the queue at', '离开队列时间'),
  answeredAt: label('Answered at', '接通时间'),
  agentAnsweredAt: label('Agent answered at', '坐席应答时间'),
  endedAt: label('Ended at', '结束时间'),
  occurredAt: label('Occurred at', '发生时间'),
  pickedUpAt: label('Picked up at', '平台接起时间'),
  recordCreatedAt: label('Record created at', '记录创建时间'),
  talkSeconds: label('Talk time (s)', '通话时长(秒)'),
  ringSeconds: label('Ring time (s)', '振铃时长(秒)'),
  queueSeconds: label('Queue time (s)', '排队时长(秒)'),
  waitSeconds: label('Wait time (s)', '呼叫等待时长(秒)'),
  wrapUpSeconds: label('Wrap-up time (s)', '话后时长(秒)'),
  answered: label('Answered', '是否接通'),
  abandoned: label('Abandoned', '是否放弃'),
  status: label('Status', '通话结果'),
  statusText: label('Status text', '通话状态描述'),
  hangupBy: label('Hung up by', '挂机方'),
  hangupCode: label('Hangup code', '挂机码'),
  hangupReason: label('Hangup reason', '挂机原因'),
  hangupCause: label('Line hangup cause', '线路挂机原因'),
  channel: label('Channel', '通话来源'),
  satisfaction: label('Satisfaction', '满意度'),
  recordingUrl: label('Recording URL', '录音地址'),
  recordingId: label('Recording ID', '录音ID'),
  voicemailUrl: label('Voicemail URL', '留言地址'),
  dtmf: label('DTMF', 'DTMF按键'),
  ivrPath: label('IVR path', 'IVR轨迹'),
  intent: label('Intent', '意图'),
  forms: label('Forms', '表单'),
  cost: label('Cost', '费用'),
  lineIp: label('Line IP', '线路IP'),
  mediaIp: label('Media IP', '媒体IP'),
  sipCode: label('SIP code', 'SIP码'),
  mos: label('MOS', '语音质量(MOS)'),
  passthrough: label('Passthrough', '透传数据'),
  legs: label('Legs', '话路'),
  pk: label('Key', '主键'),
  callback: label('Product', '产品'),
  id: label('Record ID', '通话记录ID'),
  ref: label('Ref', '日志标识'),
  receivedAt: label('Received at', '接收时间'),
  revisedAt: label('Revised at', '更新时间'),
  recording: label('Recording', '录音'),
  voicemail: label('Voicemail', '留言'),
  versions: label('Versions', '版本数'),
  issues: label('Unreadable fields', '无法解析的字段'),
  rev: label('Revision', '修订号'),
  at: label('Sort key (UTC)', '排序键(UTC)'),
  agentKey: label('Agent key', '坐席键'),
};

/** The names of a leg's fields. */
export const LEG_LABELS: Readonly<Record<keyof Leg, Label>> = {
  leg: label('Leg', '话路'),
  legId: label('Leg ID', '话路ID'),
  caller: FIELD_LABELS.caller,
  callee: FIELD_LABELS.callee,
  startedAt: FIELD_LABELS.startedAt,
  ringingAt: FIELD_LABELS.ringingAt,
  answeredAt: FIELD_LABELS.answeredAt,
  endedAt: FIELD_LABELS.endedAt,
  talkSeconds: FIELD_LABELS.talkSeconds,
  ringSeconds: FIELD_LABELS.ringSeconds,
  hungUp: label('Hung up', '是否主动挂机'),
  hangupCode: FIELD_LABELS.hangupCode,
  hangupReason: FIELD_LABELS.hangupReason,
  status: label('Status', '状态'),
  statusText: label('Status text', '状态描述'),
  recordingUrl: FIELD_LABELS.recordingUrl,
  extensions: label('Extensions', '分机号'),
  carrierCallId: label('Carrier call ID', '线路侧通话ID'),
};

/** The products, by the name of their callback. */
const CALLBACKS = {
  cc: label('Call Center', '呼叫中心'),
  predictive: label('Predictive', '预测外呼'),
  icc: label('ICC', 'ICC'),
  pns: label('PNS', 'PNS'),
};

const DIRECTION_LABELS: Record<(typeof DIRECTIONS)[number], Label> = {
  inbound: label('Inbound', '呼入'),
  outbound: label('Outbound', '呼出'),
  ai: label('AI', 'AI'),
};

const STATUS_LABELS: Record<(typeof STATUSES)[number], Label> = {
  'normal-end': label('Normal end', '正常结束'),
  voicemail: label('Voicemail', '留言'),
  'network-interruption': label('Network interruption', '网络中断'),
  'agent-quick-hangup': label('Agent quickly hung up', '坐席速挂'),
  'customer-quick-hangup': label('Customer quickly hung up', '客户速挂'),
  'abandoned-in-queue': label('Abandoned in queue', '排队放弃'),
  'queue-timeout': label('Queue timeout', '排队超时'),
  'no-agent-online': label('No agent online', '无坐席在线'),
  'all-agents-busy': label('All agents busy', '坐席全忙'),
  blacklisted: label('Blacklisted', '黑名单'),
  'customer-cancelled': label('Customer cancelled', '客户取消'),
  forwarded: label('Forwarded', '转接外线'),
  'forwarded-failed': label('Forwarding failed', '转接外线异常'),
  'agent-cancelled': label('Agent cancelled', '坐席取消'),
  rejected: label('Rejected by customer', '客户拒接'),
  'no-answer': label('No answer', '无人应答'),
  'call-prohibited': label('Call prohibited', '禁止呼叫'),
  refused: label('Refused', '呼叫被拒绝'),
  unreachable: label('Unreachable', '无法接通'),
  busy: label('Busy', '线路忙'),
  transferred: label('Transferred', '转人工成功'),
  'transfer-agent-quick-hangup': label('Transfer: agent quickly hung up', '转人工失败-坐席速挂'),
  'transfer-customer-quick-hangup': label('Transfer: customer quickly hung up', '转人工失败-客户速挂'),
  'transfer-abandoned-in-queue': label('Transfer: abandoned in queue', '转人工失败-排队放弃'),
  'transfer-queue-timeout': label('Transfer: queue timeout', '转人工失败-排队超时'),
  'transfer-no-agent-online': label('Transfer: no agent online', '转人工失败-无坐席在线'),
  'transfer-all-agents-busy': label('Transfer: all agents busy', '转人工失败-坐席全忙'),
  'transfer-customer-cancelled': label('Transfer: customer cancelled', '转人工失败-客户取消'),
  none: label('None', '默认值'),
  connected: label('Connected', '已接通'),
  'outside-service-hours': label('Outside service hours', '非服务时间'),
  'agent-no-answer': label('Agent did not answer', '坐席振铃未接'),
  'abandoned-in-ivr': label('Abandoned in IVR', 'IVR中放弃'),
  'agent-hangup-while-ringing': label('Agent hung up while ringing', '客户振铃坐席挂机'),
  unknown: label('Unknown', '未知'),
  'abnormal-end': label('Abnormal end', '异常结束'),
  'not-bound': label('Not bound', '未绑定'),
  calling: label('Calling', '呼叫中'),
  answered: label('Answered', '客户已接听'),
  ended: label('Ended', '已结束'),
};

const HANGUP_PARTY_LABELS: Record<(typeof HANGUP_PARTIES)[number], Label> = {
  agent: label('Agent', '坐席'),
  customer: label('Customer', '客户'),
  caller: label('Caller', '主叫'),
  callee: label('Callee', '被叫'),
  transfer: label('Transfer', '转接'),
  unknown: label('Unknown', '未知'),
};

const CHANNEL_LABELS: Record<Exclude<CallRecord['channel'], `unknown:${string}` | undefined>, Label> = {
  routine: label('Routine', '常规业务'),
  'batch-outbound': label('Batch outbound', '批量外呼'),
  ivr: label('IVR', 'IVR流程'),
};

const SATISFACTION_LABELS = {
  '-1': label('Not rated', '未评价'),
  0: label('Not rated', '未评价'),
  1: label('Very satisfied', '非常满意'),
  2: label('Satisfied', '满意'),
  3: label('Neutral', '一般'),
  4: label('Dissatisfied', '不满意'),
  5: label('Very dissatisfied', '非常不满意'),
};

/** The states of a recording in the archive. */
const RECORDING_LABELS: Record<(typeof ARCHIVE_STATES)[number], Label> = {
  archived: label('Archived', '已归档'),
  waiting: label('Waiting', '等待归档'),
  failed: label('Failed', '归档失败'),
};

/** The names of the codes, by field. */
export const CODE_LABELS = {
  callback: CALLBACKS,
  direction: DIRECTION_LABELS,
  status: STATUS_LABELS,
  hangupBy: HANGUP_PARTY_LABELS,
  channel: CHANNEL_LABELS,
  satisfaction: SATISFACTION_LABELS,
  recording: RECORDING_LABELS,
  voicemail: RECORDING_LABELS,
  /** Of a leg. */
  leg: { caller: label('Caller', '主叫'), callee: label('Callee', '被叫') },
} satisfies Record<string, Readonly<Record<string, Label>>>;

const UNKNOWN = 'unknown:';

/** The name of a code; an `unknown:<code>`, or a code without a name, is shown with its code. */
export const codeLabel = (field: keyof typeof CODE_LABELS, code: string, language: Language): string => {
  const labels: Readonly<Record<string, Label>> = CODE_LABELS[field];
  if (Object.hasOwn(labels, code)) return labels[code]?.[language] ?? code;
  if (!code.startsWith(UNKNOWN)) return code;
  const written = code.slice(UNKNOWN.length);
  return language === 'zh' ? `未知(${written})` : `Unknown (${written})`;
};

/** A call as NXCloud lists it. A text that `digits` makes is written as a number. */
export type ListRow = {
  [field: string]: unknown;
  callId: string;
  caller: string;
  callee: string;
  orderId: string;
  agentName: string | null;
  answered: boolean;
  direction: number;
  startTime: number;
  endTime: number;
};

const MARK = '\u0001';

/** A number that is written with these very digits. */
export const digits = (written: string): string => MARK + written;

/** The JSON text of a row. */
export const writtenRow = (row: object): string =>
  JSON.stringify(row).replace(/"\\u0001([-+.\deE]+)"/g, '$1');

type Language = 'en' | 'zh';

const TEXTS: Record<number, Record<Language, [callStatus: string, hangupReason: string]>> = {
  1001: { zh: ['正常结束', '坐席挂断'], en: ['Normal termination', 'Agent hung up'] },
  1002: { zh: ['正常结束', '用户挂断'], en: ['Normal termination', 'User hung up'] },
  1103: { zh: ['呼入未接', '用户排队放弃'], en: ['Missed call', 'User abandoned the queue'] },
  2001: { zh: ['正常结束', '坐席挂断'], en: ['Normal termination', 'Agent hung up'] },
  2002: { zh: ['正常结束', '用户挂断'], en: ['Normal termination', 'User hung up'] },
  2104: { zh: ['呼出未接', '超时未接'], en: ['Missed call', 'Timeout'] },
  3001: { zh: ['转人工成功', '坐席挂断'], en: ['Transfer succeeded', 'Agent hung up'] },
};

/** The row with its texts in the language of an account, unless it has them. */
export const localised = (row: ListRow, language: Language): ListRow => {
  const [callStatus, hangupReason] = TEXTS[Number(row.hangupCode)]?.[language] ?? ['', ''];
  return { ...row, callStatus: row.callStatus ?? callStatus, hangupReason: row.hangupReason ?? hangupReason };
};

/** A call that somebody gave up in the queue: every field, most of them null, 0 or empty, as in the documented sample. */
export const listRow = (callId: string, startTime: number, fields: Partial<ListRow> = {}): ListRow => ({
  agentName: null,
  agentNickName: null,
  answered: false,
  answerTime: 0,
  callDuration: 0,
  callee: '85235757580',
  caller: '85215236100',
  callId,
  direction: 0,
  dtmfKeys: null,
  endTime: startTime + 6060,
  hangupBy: 0,
  hangupCode: 1103,
  inQueueTime: startTime + 20,
  leaveMsgUrl: null,
  orderId: '',
  other: null,
  intent: null,
  outQueueTime: startTime + 5159,
  queueDuration: 5139,
  recordUrl: null,
  ringDuration: 0,
  ringTime: startTime,
  startTime,
  taskId: '',
  totalCustomerPrice: digits('0.035'),
  lineIp: '127.0.0.1',
  mediaIp: '',
  termSipCode: 487,
  hangupCause: 'ORIGINATOR_CANCEL',
  mos: digits('4.4200'),
  ...fields,
});

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CallRecord } from '../shared/record.ts';
import { type Item, stored } from './support/pipeline.ts';
import { ROOT } from './support/run.ts';

type Home = string | string[];

/** Every field that the four providers document, a value it can have, and its home in the record. */
const DOCUMENTED: Record<string, Record<string, [value: unknown, home: Home]>> = {
  cc: {
    agentName: ['agent', 'agentName'],
    agentNickName: ['nick', 'agentNickname'],
    answered: [true, 'answered'],
    answerTime: [1691372192000, 'answeredAt'],
    callDuration: [7, 'talkSeconds'],
    callee: ['callee', 'callee'],
    caller: ['caller', 'caller'],
    callId: ['<id>', ['callId', 'id', 'pk']],
    direction: [1, 'direction'],
    dtmfKeys: ['1,2', 'dtmf'],
    endTime: [1691372213000, 'endedAt'],
    hangupBy: [1, 'hangupBy'],
    hangupCode: [200, 'hangupCode'],
    callStatus: ['done', 'status'],
    hangupReason: ['normal', 'hangupReason'],
    inQueueTime: [1691372190000, 'queuedAt'],
    leaveMsgUrl: ['https://voicemail', 'voicemailUrl'],
    orderId: ['order', 'orderId'],
    other: ['other', 'passthrough'],
    intent: ['intent', 'intent'],
    outQueueTime: [1691372191000, 'dequeuedAt'],
    queueDuration: [1, 'queueSeconds'],
    recordUrl: ['https://recording', 'recordingUrl'],
    ringDuration: [3, 'ringSeconds'],
    ringTime: [1691372191500, 'ringingAt'],
    startTime: [1691372191000, 'startedAt'],
    taskId: ['1688363452814331904', 'taskId'],
    totalCustomerPrice: [0.35, 'cost'],
  },
  predictive: {
    type: [2, ['status', 'sk']],
    callid: ['104906', 'accessNumber'],
    sipid: ['1049002', 'agentPhone'],
    username: ['user', 'agentName'],
    agentid: ['agent', 'agentId'],
    state: [3, ['status', 'sk']],
    info: ['Phone answer', 'statusText'],
    time: ['1558677793395365', ['occurredAt', 'sk']],
    callphone: ['812345613', 'callee'],
    uuid: ['<id>', ['callId', 'id', 'pk']],
  },
  icc: {
    id: ['<id>', ['id', 'pk']],
    iccCallId: ['call', 'callId'],
    tenantId: ['87462158132343186600590049', 'tenantId'],
    communicateVoiceId: ['voice', 'recordingId'],
    iccRecordDate: ['1605318636358', 'connectedAt'],
    callType: [1, 'direction'],
    callingNumber: ['18680872180', 'caller'],
    calledNumber: ['33330002', 'callee'],
    custNumberAttribution: ['重庆-', 'customerRegion'],
    custIspName: ['中国联通', 'customerCarrier'],
    callWaitDuration: [4, 'waitSeconds'],
    queueWaitDuration: [3, 'queueSeconds'],
    parkingWaitDuration: [2, 'ringSeconds'],
    digitUrl: ['开始>转人工', 'ivrPath'],
    staffId: ['1688363452814331904', 'agentId'],
    staffName: ['staff', 'agentName'],
    skillSetId: ['skill', 'skillGroupId'],
    communicateDuration: [9, 'talkSeconds'],
    communicateSource: [3, 'channel'],
    communicateBeginTime: [1606188550000, 'startedAt'],
    communicateEndTime: [1606188571000, 'endedAt'],
    createTime: [1606188575000, 'recordCreatedAt'],
    customerName: ['customer', 'customerName'],
    speechCallResult: [2, ['status', 'answered']],
    evaluationScore: [1, 'satisfaction'],
    expansionFields: ['[{"id":1}]', 'forms'],
    acw: [5, 'wrapUpSeconds'],
    transferId: ['T-1', 'transferId'],
    handupDirection: [3, 'hangupBy'],
    hangUpDirectionType: ['TRANSFER_DROPPED_CALL', 'hangupReason'],
    agentAnswerTime: [1606188560000, 'answeredAt'],
    externalCustomerId: ['external', 'customerId'],
    externalData: ['data', 'passthrough'],
    taskId: ['1688363452814331905', 'taskId'],
  },
  pns: {
    id: ['<id>', ['id', 'pk']],
    businessId: ['business', 'businessId'],
    customerBindId: ['1', 'customerBindId'],
    bindId: ['bind', 'bindId'],
    callId: ['call', 'callId'],
    did: ['85235757584', 'did'],
    caller: ['85235757583', 'caller'],
    callee: ['85238533300', 'callee'],
    callStatus: [1, 'status'],
    callStatusMsg: ['message', 'statusText'],
    duration: [6, 'talkSeconds'],
    startAt: [1671440452, 'startedAt'],
    answerAt: [1671440454, ['answeredAt', 'answered']],
    hangupAt: [1671440460, 'endedAt'],
    hangupCause: ['cause', 'hangupReason'],
    hangupCode: [16, 'hangupCode'],
    hangup: [1, 'hangupBy'],
    recordFile: ['https://recording', 'recordingUrl'],
  },
};

const ALWAYS = ['pk', 'sk', 'callback', 'id', 'receivedAt', 'body', 'bodyHash'];

const uniqueId = (callback: string) =>
  callback === 'pns' ? String(BigInt(`0x${randomUUID().slice(0, 8)}`)) : randomUUID();

const itemFrom = (callback: string, fields: Record<string, unknown>): Promise<Item> => {
  const id = uniqueId(callback);
  const payload = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value === '<id>' ? id : value]),
  );
  return stored(callback, callback === 'icc' ? { data: payload } : payload);
};

test.each(Object.keys(DOCUMENTED))(
  'has exactly one home for every documented field of %s',
  async (callback) => {
    const documented = DOCUMENTED[callback] ?? {};
    const values = Object.fromEntries(Object.entries(documented).map(([name, [value]]) => [name, value]));
    const whole = await itemFrom(callback, values);
    const homes = Object.values(documented).flatMap(([, home]) => home);

    expect(Object.keys(whole).sort()).toEqual([...new Set([...ALWAYS, ...homes])].sort());
  },
);

const OPTIONAL = Object.entries(DOCUMENTED).flatMap(([callback, fields]) =>
  Object.entries(fields)
    .filter(([, [, home]]) => ![home].flat().some((attribute) => ['pk', 'sk'].includes(attribute)))
    .map(([field, [, home]]) => ({ callback, field, home: [home].flat() })),
);

test.each(OPTIONAL)('$callback.$field lives in $home and nowhere else', async ({ callback, field, home }) => {
  const documented = DOCUMENTED[callback] ?? {};
  const values = Object.fromEntries(Object.entries(documented).map(([name, [value]]) => [name, value]));
  const whole = await itemFrom(callback, values);
  const without = await itemFrom(callback, { ...values, [field]: undefined });

  const names = [...new Set([...Object.keys(whole), ...Object.keys(without)])];
  const own = [...ALWAYS, ...Object.values(documented).flatMap(([v, h]) => (v === '<id>' ? h : []))];
  const differing = names.filter(
    (name) => !own.includes(name) && JSON.stringify(whole[name]) !== JSON.stringify(without[name]),
  );
  expect(differing.sort()).toEqual(home.toSorted());
});

test.each(Object.keys(CallRecord.entries))('docs/records.md explains %s', (field) => {
  expect(readFileSync(join(ROOT, 'docs', 'records.md'), 'utf8')).toContain(`\`${field}\``);
});

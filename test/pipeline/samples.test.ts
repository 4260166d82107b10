import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { allItems, itemAt, post, type Sample, samples } from '../support/pipeline.ts';

// Call Center sends its token as a header, the others have it in their URL.
const deliver = ({ callback, body }: Sample) =>
  callback === 'cc'
    ? post('cc', body, { query: '', headers: { token: 'local', 'content-type': 'application/json' } })
    : post(callback, body);

const KEYS: Record<string, [pk: string, sk: string]> = {
  cc: ['cc#b1920376-5e15-4f22-9996-6233f297685e', 'call'],
  icc: ['icc#0605589a-c1f7-47a5-b75c-3e639e1b928a', 'call'],
  pns: ['pns#45', 'call'],
  predictive: ['predictive#agent:88e64026-d56b-4dc5-829c-7a7a9f2a1485', 'event#1558677726435364#1#2'],
  'predictive-call-calling': [
    'predictive#5c6f5869-752d-46fd-8ac0-797f83222279',
    'event#1558677782655356#2#1',
  ],
  'predictive-call-answered': [
    'predictive#5c6f5869-752d-46fd-8ac0-797f83222279',
    'event#1558677793055398#2#3',
  ],
  'predictive-agent-answered': [
    'predictive#5c6f5869-752d-46fd-8ac0-797f83222279',
    'event#1558677793395365#1#3',
  ],
  'predictive-agent-hungup': [
    'predictive#5c6f5869-752d-46fd-8ac0-797f83222279',
    'event#1558678152815399#1#4',
  ],
  'predictive-call-hungup': ['predictive#5c6f5869-752d-46fd-8ac0-797f83222279', 'event#1558678152815399#2#4'],
};

const nine = samples.filter(({ file }) => file in KEYS);

test('stores the nine samples once each, however often and however concurrently they are sent', async () => {
  const deliveries = nine.flatMap((sample) => Array.from({ length: 10 }, () => deliver(sample)));
  const answers = await Promise.all(deliveries);

  expect(answers.map(({ status }) => status)).toEqual(Array(90).fill(200));
  expect(answers[0]?.body).toEqual({ status: 'accepted', id: 'cc#b1920376-5e15-4f22-9996-6233f297685e' });
  const pks = new Set(Object.values(KEYS).map(([pk]) => pk));
  const items = (await allItems()).filter(({ pk }) => pks.has(String(pk)));
  expect(items.map(({ pk, sk }) => `${pk} ${sk}`).sort()).toEqual(
    Object.values(KEYS)
      .map((key) => key.join(' '))
      .sort(),
  );
});

test.each(nine)('keeps the body of $file byte for byte', async ({ file, callback, body }) => {
  const [pk = '', sk = ''] = KEYS[file] ?? [];
  const item = await itemAt(pk, sk);

  expect(item).toMatchObject({
    callback,
    body,
    bodyHash: hash('sha256', body),
    id: pk.slice(callback.length + 1),
  });
  expect(item?.receivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

const DELIVERY = ['pk', 'sk', 'callback', 'id', 'receivedAt', 'body', 'bodyHash'];

const recordOf = async (file: string) => {
  const [pk = '', sk = ''] = KEYS[file] ?? [];
  const item = (await itemAt(pk, sk)) ?? {};
  return Object.fromEntries(Object.entries(item).filter(([name]) => !DELIVERY.includes(name)));
};

test('reads the Call Center sample', async () => {
  expect(await recordOf('cc')).toEqual({
    callId: 'b1920376-5e15-4f22-9996-6233f297685e',
    taskId: '1688363452814331904',
    orderId: 'ORDER_ID',
    direction: 'ai',
    caller: '85235757581',
    callee: 'NX09445G000025@43.134.225.234:5060',
    agentName: 'fang.cheng@nxcloud.com',
    startedAt: '2023-08-07T01:36:31.000Z',
    answeredAt: '2023-08-07T01:36:32.000Z',
    endedAt: '2023-08-07T01:36:53.000Z',
    talkSeconds: 7,
    intent: '转人工-成功',
    passthrough: 'OTHER',
  });
});

test('reads a predictive sample', async () => {
  expect(await recordOf('predictive-agent-answered')).toEqual({
    callId: '5c6f5869-752d-46fd-8ac0-797f83222279',
    accessNumber: '104906',
    callee: '812345613',
    agentId: '88e64026-d56b-4dc5-829c-7a7a9f2a1485',
    agentName: '6122312312',
    agentPhone: '1049002',
    occurredAt: '2019-05-24T06:03:13.395Z',
    status: 'agent:answered',
    statusText: 'Phone answer',
  });
});

test('reads the ICC sample, of whose two expansionFields the last one counts', async () => {
  expect(await recordOf('icc')).toEqual({
    callId: '77321526-3971-408e-adf2-7557dba9d2c3',
    tenantId: '87462158132343186600590049',
    direction: 'inbound',
    caller: '18680872180',
    callee: '33330002',
    skillGroupId: '01105165021937Jr',
    customerRegion: '重庆-',
    customerCarrier: '中国联通',
    startedAt: '2020-11-24T03:29:10.000Z',
    endedAt: '2020-11-24T03:29:31.000Z',
    connectedAt: '2020-11-14T01:50:36.358Z',
    recordCreatedAt: '2020-11-24T03:29:35.000Z',
    talkSeconds: 0,
    ringSeconds: 1606188570,
    queueSeconds: 3,
    wrapUpSeconds: 5,
    answered: false,
    status: 'abandoned-in-queue',
    hangupBy: 'customer',
    hangupReason: 'CONTACT_DROPPED_CALL',
    recordingId: '1a87a49b-7fcc-4675-b985-80dc97d373f5',
    channel: 'batch-outbound',
    ivrPath: '开始>播放语音>转AI语音>转人工',
    satisfaction: -1,
    forms: [
      expect.objectContaining({ id: 121, name: '通话小结' }),
      expect.objectContaining({ id: 153, value: '一般' }),
      expect.objectContaining({ id: 122, value: '客户告知健康宝没有更新,已告知客户联系健康宝客服' }),
    ],
  });
});

test('reads the PNS sample', async () => {
  expect(await recordOf('pns')).toEqual({
    callId: '1604763745256783872',
    businessId: 'test_busi',
    bindId: '69f1d1be1a82204c6049b4a2797ed0af',
    customerBindId: '1',
    did: '85235757584',
    caller: '85235757583',
    callee: '85238533300',
    startedAt: '2022-12-19T09:00:52.000Z',
    answeredAt: '2022-12-19T09:00:54.000Z',
    endedAt: '2022-12-19T09:01:00.000Z',
    talkSeconds: 6,
    answered: true,
    status: 'normal-end',
    hangupBy: 'caller',
    hangupCode: 0,
    recordingUrl: 'https://remote.record.nxcloud.com/pns/20221219/228c76b1-a685-4b26-9e48-a8a1d14670d4.mp3',
  });
});

import { expect, test } from 'vitest';
import { serialize } from '../../../shared/deliveries/message.ts';
import { readLetter } from '../../../shared/erasure/dead-letter.ts';
import type { PhoneNumber } from '../../../shared/erasure/phone-number.ts';
import { deliveries, reception } from '../../support/calls.ts';

const WHO = '85263149027' as PhoneNumber;
const SAME = { likeness: 'same', written: WHO };

const delivery = (callback: string, body: object) => deliveries(callback, [body]).map(serialize)[0] ?? '';
const event = (data: object) => JSON.stringify({ endpoint: 'a', id: 'evt', body: JSON.stringify({ data }) });

test.each([
  ['a delivery', delivery('cc', { callId: '1', caller: '+852 6314-9027' }), 'cc#1', 'same'],
  ['an event', event({ pk: 'cc#1', callee: WHO }), 'cc#1', 'same'],
  [
    'a delivery with only the last digits',
    delivery('cc', { callId: '1', caller: '63149027' }),
    'cc#1',
    'similar',
  ],
])('reads of %s how the number is in its call', (_, text, subject, match) => {
  expect(readLetter(text, WHO)).toMatchObject({
    subject,
    inCall: { match },
    isOwn: false,
    isRejected: false,
  });
});

test.each([
  ['a DID', delivery('pns', { callId: '1', caller: '85211112222', did: WHO })],
  ['the phone of an agent', event({ pk: 'predictive#1', callee: '85211112222', agentPhone: WHO })],
])('knows the number as the company’s own if it is %s', (_, text) => {
  expect(readLetter(text, WHO)).toMatchObject({ isOwn: true, writings: [SAME] });
});

test.each([
  [
    'a job of the archiver',
    JSON.stringify({ pk: `cc#${WHO}`, kind: 'recording', url: 'https://x' }),
    `cc#${WHO}`,
  ],
  ['a job of the exporter', JSON.stringify({ id: '1', filters: { number: WHO } }), undefined],
  ['what is no JSON', `no JSON of ${WHO}`, undefined],
])('finds the number in %s', (_, text, subject) => {
  expect(readLetter(text, WHO)).toMatchObject({ subject, inCall: undefined, writings: [SAME] });
});

test('finds it in a rejected body, also in one that was no UTF-8', () => {
  const { item } = reception('cc', `no JSON of ${WHO}`);
  const { item: other } = {
    item: {
      ...item,
      body: Buffer.from(`${WHO} \xff`, 'latin1').toString('base64'),
      bodyEncoding: 'base64' as const,
    },
  };

  for (const one of [item, other]) {
    expect(readLetter(serialize(one), WHO)).toMatchObject({
      subject: `rejected#cc#${item.sk}`,
      isRejected: true,
      writings: [SAME],
    });
  }
});

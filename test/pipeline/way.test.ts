import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, inject, test } from 'vitest';
import { callAt, deliveriesOf, dynamodb, type Item, post } from '../support/pipeline.ts';
import { type Sample, samples } from '../support/samples.ts';

// Call Center sends its token as a header, the others have it in their URL.
const deliver = ({ callback, body }: Sample) =>
  callback === 'cc'
    ? post('cc', body, { query: '', headers: { token: 'local', 'content-type': 'application/json' } })
    : post(callback, body);

const AGENT = 'predictive#agent:88e64026-d56b-4dc5-829c-7a7a9f2a1485';
const CALLS = [
  'cc#b1920376-5e15-4f22-9996-6233f297685e',
  'icc#0605589a-c1f7-47a5-b75c-3e639e1b928a',
  'pns#45',
  'predictive#5c6f5869-752d-46fd-8ac0-797f83222279',
];

const callsIn = async (): Promise<Item[]> => {
  const items: Item[] = [];
  const pages = paginateScan({ client: dynamodb }, { TableName: inject('stack').callsTable });
  for await (const { Items = [] } of pages) items.push(...Items.map((item) => unmarshall(item)));
  return items;
};

test('makes nine deliveries and four calls of the nine samples, however often and however concurrently they are sent', async () => {
  const answers = await Promise.all(
    samples.flatMap((sample) => Array.from({ length: 10 }, () => deliver(sample))),
  );

  expect(answers.map(({ status }) => status)).toEqual(Array(90).fill(200));
  const deliveries = await Promise.all([...CALLS, AGENT].map(deliveriesOf));
  expect(deliveries.map((items) => items.length)).toEqual([1, 1, 1, 5, 1]);
  const bodies = deliveries.flat().map(({ body }) => body);
  expect(bodies.sort()).toEqual(samples.map(({ body }) => body).sort());

  const predictive = await callAt(CALLS[3] ?? '', (call) => call.versions === 5);
  expect(predictive).toMatchObject({
    answered: true,
    agentId: '88e64026-d56b-4dc5-829c-7a7a9f2a1485',
    talkSeconds: 359,
    status: 'ended',
  });
  const own = (await callsIn()).filter(({ pk }) => [...CALLS, AGENT].includes(String(pk)));
  expect(own.map(({ pk }) => pk).sort()).toEqual(CALLS);
});

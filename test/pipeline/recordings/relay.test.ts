import { hash } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { handler } from '../../../functions/relay.ts';
import { deserializeJob, type Job } from '../../../shared/recordings/job.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { sqs } from '../../support/pipeline.ts';

const { sqsEndpoint } = inject('stack');
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 30_000 } as Context;

let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(sqsEndpoint);
  process.env.AWS_ENDPOINT_URL_SQS = proxy.endpoint;
});
afterAll(() => proxy.stop());

let queueUrl: string;
let queues = 0;
beforeEach(async () => {
  const QueueName = `relay-${queues++}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
  queueUrl = new URL(new URL(QueueUrl).pathname, sqsEndpoint).href;
  Object.assign(process.env, { RECORDINGS_QUEUE_URL: queueUrl, ARCHIVE_RECORDINGS: 'on' });
  proxy.faultOf = () => undefined;
});

type Fields = Record<string, unknown>;
type Change = { before?: Fields; after?: Fields };

const call = (id: string | number, fields: Fields = {}): Fields => ({
  ...{ pk: `pns#${id}`, callback: 'pns', rev: 1 },
  ...{ receivedAt: '2026-11-26T08:00:00.000Z', revisedAt: '2026-11-26T08:00:00.000Z' },
  ...fields,
});

let sequence = 0;
const relay = (...changes: Change[]) => {
  const Records = changes.map(({ before, after }) => ({
    dynamodb: {
      SequenceNumber: String(++sequence),
      ...(before && { OldImage: marshall(before) }),
      ...(after && { NewImage: marshall(after) }),
    },
  }));
  const event = { Records } as unknown as DynamoDBStreamEvent;
  const first = sequence - changes.length + 1;
  return handler(event, context).then(({ batchItemFailures }) =>
    batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier) - first),
  );
};

/** The jobs that are in the queue. */
const jobs = async (): Promise<Job[]> => {
  const found: Job[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return found;
    found.push(...Messages.map(({ Body = '' }) => deserializeJob(Body)));
  }
};

const asked = async () => (await jobs()).map(({ pk, kind, url }) => `${pk} ${kind} ${url}`).sort();

test('a new call requests each of its recordings', async () => {
  const legs = [{ leg: 'caller' }, { leg: 'callee', recordingUrl: 'https://c' }];
  const after = call(1, { recordingUrl: 'https://a', voicemailUrl: 'https://b', legs });

  expect(await relay({ after })).toEqual([]);
  expect(await jobs()).toEqual(
    expect.arrayContaining([
      {
        ...{ pk: 'pns#1', kind: 'leg2', url: 'https://c' },
        ...{ receivedAt: '2026-11-26T08:00:00.000Z', revisedAt: '2026-11-26T08:00:00.000Z' },
      },
    ]),
  );
});

test('a changed call requests only what is new', async () => {
  const before = call(1, { recordingUrl: 'https://a', voicemailUrl: 'https://old' });
  await relay({ before, after: call(1, { recordingUrl: 'https://a', voicemailUrl: 'https://new' }) });

  expect(await asked()).toEqual(['pns#1 voicemail https://new']);
});

test("an archiver's result requests nothing", async () => {
  const before = call(1, { recordingUrl: 'https://a' });
  await relay({ before, after: { ...before, rev: 2, recording: { state: 'archived', key: 'k' } } });

  expect(await jobs()).toEqual([]);
});

test('a call that goes, one that has expired, and one without recordings, ask for nothing', async () => {
  const gone = call(1, { recordingUrl: 'https://a' });
  const expired = call(3, { recordingUrl: 'https://c', expiresAt: 1_700_000_000 });

  expect(await relay({ before: gone }, { after: expired }, { after: call(2) })).toEqual([]);
  expect(await jobs()).toEqual([]);
});

test('a whole batch of calls requests its recordings', async () => {
  const changes = Array.from({ length: 100 }, (_, n) => ({
    after: call(n, { recordingUrl: `https://${n}` }),
  }));
  await relay(...changes);

  expect((await jobs()).length).toBe(100);
});

test('nothing is requested while archiving is off', async () => {
  process.env.ARCHIVE_RECORDINGS = 'off';

  expect(await relay({ after: call(1, { recordingUrl: 'https://a' }) })).toEqual([]);
  expect(await jobs()).toEqual([]);
});

describe('if the queue', () => {
  const withRecording = (n: number) => ({ after: call(n, { recordingUrl: `https://${n}` }) });

  test('does not accept one of them, the stream delivers from its call again', async () => {
    proxy.faultOf = ({ input }) => {
      const { Entries } = JSON.parse(input) as { Entries: { Id: string; MessageBody: string }[] };
      const Failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }];
      const Successful = Entries.filter(({ Id }) => Id !== '1').map(({ Id, MessageBody }) => ({
        Id,
        MD5OfMessageBody: hash('md5', MessageBody),
      }));
      return { status: 200, body: { Failed, Successful } };
    };

    expect(await relay({ after: call(1) }, withRecording(2), withRecording(3), withRecording(4))).toEqual([
      2,
    ]);
  });

  test('is down, the stream delivers all of them again', async () => {
    proxy.faultOf = () => 'error';

    expect(await relay({ after: call(1) }, withRecording(2), withRecording(3))).toEqual([1, 2]);
  });
});

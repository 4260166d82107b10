import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { paginateListQueues } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { strFromU8, unzipSync } from 'fflate';
import type { Ports } from '../../infrastructure/ports.ts';
import { clients } from '../../local/emulators.ts';

/** Texts of a store, by where they are in it. */
export type Texts = Record<string, string>;

/** Everything that a stack of `npm start` keeps, as its own APIs give it. */
export const storesOf = (ports: Ports, dataDir: string) => {
  const sqsEndpoint = `http://127.0.0.1:${ports.sqs}`;
  const aws = clients({ sqs: sqsEndpoint, dynamodb: `http://127.0.0.1:${ports.dynamodb}` });
  const Bucket = 'nxcloud-callbacks-local';

  const table = async (name: string): Promise<Texts> => {
    const TableName = `nxcloud-callbacks-local-${name}`;
    const texts: Texts = {};
    for await (const { Items = [] } of paginateScan({ client: aws.dynamodb }, { TableName })) {
      for (const item of Items.map((attributes) => unmarshall(attributes))) {
        const inOrder = Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
        texts[`${item.pk} ${item.sk ?? ''}`] = JSON.stringify(inOrder);
      }
    }
    return texts;
  };
  const queues = async (): Promise<Texts> => {
    const texts: Texts = {};
    for await (const { QueueUrls = [] } of paginateListQueues({ client: aws.sqs }, {})) {
      for (const url of QueueUrls) {
        const name = url.slice(url.lastIndexOf('/') + 1);
        for (const { messageId, body } of await messagesIn(sqsEndpoint, name))
          texts[`${name} ${messageId}`] = body;
      }
    }
    return texts;
  };
  const bucket = async (): Promise<Texts> => {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket }));
    const texts: Texts = {};
    for (const { Key = '' } of Contents) {
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
      texts[Key] = textOf(Key, (await Body?.transformToByteArray()) ?? new Uint8Array());
    }
    return texts;
  };
  return {
    ...aws,
    deliveries: () => table('deliveries'),
    calls: () => table('calls'),
    queues,
    bucket,
    log: () => readFileSync(join(dataDir, 'functions.log'), 'utf8'),
    all: async (): Promise<Texts> => ({
      ...named('deliveries', await table('deliveries')),
      ...named('calls', await table('calls')),
      ...named('queue', await queues()),
      ...named('bucket', await bucket()),
      log: readFileSync(join(dataDir, 'functions.log'), 'utf8'),
    }),
  };
};

export type Stores = ReturnType<typeof storesOf>;

const named = (store: string, texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([place, text]) => [`${store}: ${place}`, text]));

const textOf = (key: string, bytes: Uint8Array): string => {
  if (!key.endsWith('.xlsx')) return Buffer.from(bytes).toString('latin1');
  return Object.values(unzipSync(bytes))
    .map((part) => strFromU8(part))
    .join('\n');
};

type Message = { messageId: string; body: string };

/** The messages of a queue, without receiving them. */
const messagesIn = async (endpoint: string, queue: string): Promise<Message[]> => {
  const { messages } = (await (await fetch(`${endpoint}/_fauxqs/queues/${queue}`)).json()) as {
    messages: { ready: Message[]; delayed: Message[]; inflight: { message: Message }[] };
  };
  return [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)];
};

const GAPS = /[\s().\-\u2010-\u2015/_+]/g;

/** The places that have a number in any writing: an oracle that is simpler than what is tested, and finds more. */
export const placesWith = (number: string, texts: Texts): string[] =>
  Object.entries(texts)
    .filter((entry) => entry.some((text) => text.normalize('NFKC').replace(GAPS, '').includes(number)))
    .map(([place]) => place)
    .sort();

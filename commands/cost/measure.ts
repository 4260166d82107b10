import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Bytes that one callback makes, as the mean over the providers' samples. */
export type Sizes = {
  samples: number;
  body: number;
  message: number;
  item: number;
  /** 1 KB units of each sample's item, rounded up, then the mean. */
  writeUnits: number;
  logs: number;
  logLines: number;
};

type AttributeValue = Record<string, unknown>;

// What DynamoDB counts: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
const sizeOf = (value: AttributeValue): number => {
  const [[type, content] = ['NULL', null]] = Object.entries(value);
  if (type === 'S') return Buffer.byteLength(String(content));
  if (type === 'N') return Math.ceil(String(content).replace('.', '').length / 2) + 1;
  if (type === 'L') return 3 + sum((content as AttributeValue[]).map((part) => sizeOf(part) + 1));
  if (type === 'M') return 3 + itemSize(content as Record<string, AttributeValue>, 1);
  return 1;
};

const itemSize = (item: Record<string, AttributeValue>, overhead = 0): number =>
  sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + sizeOf(value) + overhead));

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

const mean = (values: number[]): number => sum(values) / values.length;

/** Runs every sample through its receiver and the consumer, and weighs what they send, store and log. */
export const measureSizes = async (): Promise<Sizes> => {
  const sent: { message: string; item: Record<string, AttributeValue> }[] = [];
  let message = '';
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
    const target = String(request.headers['x-amz-target']);
    if (target.endsWith('SendMessage')) message = body.MessageBody;
    if (target.endsWith('PutItem')) sent.push({ message, item: body.Item });
    const MD5OfMessageBody = createHash('md5')
      .update(body.MessageBody ?? '')
      .digest('hex');
    response.end(JSON.stringify({ MessageId: '1', MD5OfMessageBody }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    QUEUE_URL: `${endpoint}/queue`,
    TABLE_NAME: 'calls',
    POWERTOOLS_SERVICE_NAME: 'nxcloud-callbacks-prod',
  });

  const lines: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  try {
    const context = {
      awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      getRemainingTimeInMillis: () => 5000,
    };
    const consumer = (await import('../../functions/consumer.ts')).handler;
    const bodies = [];
    for (const { callback, event } of samples()) {
      process.env[`${callback.toUpperCase()}_TOKEN_SHA256`] = createHash('sha256')
        .update('local')
        .digest('hex');
      const { handler } = await import(`../../functions/${callback}.ts`);
      await handler(event, context);
      const record = { messageId: '059f36b4-87a3-44ab-83d2-661975830a7d', body: message };
      await consumer({ Records: [record] } as never, context as never);
      bodies.push(Buffer.byteLength(event.body));
    }
    const items = sent.map(({ item }) => itemSize(item));
    return {
      samples: sent.length,
      body: mean(bodies),
      message: mean(sent.map(({ message }) => Buffer.byteLength(message))),
      item: mean(items),
      writeUnits: mean(items.map((bytes) => Math.ceil(bytes / 1024))),
      logs: sum(lines.map((line) => Buffer.byteLength(line))) / sent.length,
      logLines: lines.length / sent.length,
    };
  } finally {
    process.stdout.write = write;
    server.close();
    server.closeAllConnections();
  }
};

const samples = () =>
  readdirSync(join(ROOT, 'events'))
    .map((file) => file.replace('.json', ''))
    .filter((name) => name !== 'consumer')
    .map((name) => ({
      callback: name.split('-')[0] ?? '',
      event: JSON.parse(readFileSync(join(ROOT, 'events', `${name}.json`), 'utf8')),
    }));

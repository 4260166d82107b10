import { GetItemCommand, paginateScan, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { inject, vi } from 'vitest';
import { countMessages } from '../../commands/lib/stage.ts';
import { clients } from '../../local/emulators.ts';

const { urls, queueUrl, tableName, sqsEndpoint, dynamodbEndpoint } = inject('stack');

export const { sqs, dynamodb } = clients({ sqs: sqsEndpoint, dynamodb: dynamodbEndpoint });

export { type Sample, sample, samples } from './samples.ts';

export type Answer = { status: number; body: Record<string, unknown>; headers: Headers };

/** POSTs a body to a callback's URL, as its provider does. */
export const post = async (
  callback: string,
  body: string | object,
  { query = '?token=local', headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const response = await fetch(`${urls[callback]}${query}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    body: (await response.json()) as Answer['body'],
    headers: response.headers,
  };
};

/** Resolves once everything that was queued is stored. */
export const settled = () =>
  vi.waitUntil(async () => (await countMessages({ sqs }, queueUrl)) === 0, {
    timeout: 150_000,
    interval: 20,
  });

export type Item = Record<string, unknown>;

/** All items under a partition key, in the order of their sort keys. */
export const itemsOf = async (pk: string): Promise<Item[]> => {
  await settled();
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => unmarshall(item));
};

export const itemAt = async (pk: string, sk: string): Promise<Item | undefined> => {
  await settled();
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: tableName, Key }));
  return Item && unmarshall(Item);
};

export const allItems = async (): Promise<Item[]> => {
  await settled();
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: tableName })) {
    items.push(...Items.map((item) => unmarshall(item)));
  }
  return items;
};

/** Hands a payload to the callback's function itself and returns the item that came of it. */
export const stored = async (callback: string, payload: string | object): Promise<Item> => {
  const { handler } = await import(`../../functions/${callback}.ts`);
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const answer = await handler({ headers: { token: 'local' }, body }, { awsRequestId: 'test' });
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${answer.body}`);
  const { id } = JSON.parse(answer.body);
  const [item] = await itemsOf(id);
  if (item === undefined) throw new Error(`${id} was accepted and is not in the table`);
  return item;
};

import { GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { inject } from 'vitest';
import { countMessages } from '../../commands/lib/stage.ts';
import { clients } from '../../local/emulators.ts';
import { until } from './until.ts';

const { urls, queueUrl, deliveriesTable, callsTable, sqsEndpoint, dynamodbEndpoint } = inject('stack');

export const { sqs, s3, dynamodb } = clients({ sqs: sqsEndpoint, dynamodb: dynamodbEndpoint });

export type Answer = { status: number; body: Record<string, unknown>; headers: Headers };

/**
 * POSTs a body to a callback's URL, as its provider does: again if a machine that is busy makes it
 * a 503.
 */
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
  if (response.status === 503) return post(callback, body, { query, headers });
  return {
    status: response.status,
    body: (await response.json()) as Answer['body'],
    headers: response.headers,
  };
};

/** Resolves once everything that was queued is stored. */
export const settled = () => until(async () => (await countMessages({ sqs }, queueUrl)) === 0);

export type Item = Record<string, unknown>;

/** What is under a partition key of the deliveries, in the order of the sort keys. */
export const deliveriesOf = async (pk: string): Promise<Item[]> => {
  await settled();
  const query = {
    TableName: deliveriesTable,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
    ConsistentRead: true,
  };
  const items: Item[] = [];
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    items.push(...Items.map((item) => unmarshall(item)));
  }
  return items;
};

export const deliveryAt = async (pk: string, sk: string): Promise<Item | undefined> =>
  (await deliveriesOf(pk)).find((item) => item.sk === sk);

/** The item of a call, once the projector has written it and it is as wanted. */
export const callAt = (pk: string, isWanted: (call: Item) => boolean = () => true): Promise<Item> =>
  until(async () => {
    const Key = { pk: { S: pk } };
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: callsTable, Key, ConsistentRead: true }),
    );
    const call = Item && unmarshall(Item);
    return call && isWanted(call) ? call : undefined;
  }) as Promise<Item>;

import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { rejectedKey } from '../deliveries/delivery.ts';
import { dynamodb } from '../deliveries/dynamodb.ts';
import type { Issue } from '../payload/reader.ts';

/** A rejected body's item, without the body. */
export type RejectedItem = { receivedAt: string; callback: string; issues: Issue[]; sk: string };

/**
 * Rejected bodies, newest first. `incomplete` if there are more than are read, so that newer ones
 * may be missing.
 */
export type RejectedPage = { items: RejectedItem[]; cursor?: string; incomplete?: true };

const PAGE = 20;
// For each callback. They are ordered by hash, so finding the newest needs all of them; DynamoDB
// reads at most 1 MB at once.
const MAX_READS = 5;

const CURSOR = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#\w+#[0-9a-f]{64}$/;

/** Whether a text can be the cursor of rejected bodies. */
export const isRejectedCursor = (text: string): boolean => CURSOR.test(text);

/** A page of the callbacks' rejected bodies that have not expired. */
export const rejectedPage = async (
  callbacks: readonly string[],
  cursor: string | undefined,
  abortSignal: AbortSignal,
): Promise<RejectedPage> => {
  const found = await Promise.all(callbacks.map((callback) => rejectedOf(callback, abortSignal)));
  const items = found
    .flatMap((one) => one.items)
    .filter((item) => cursor === undefined || placeOf(item) < cursor)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const page = items.slice(0, PAGE);
  const last = page.at(-1);
  return {
    items: page,
    ...(last && items.length > PAGE && { cursor: placeOf(last) }),
    ...(found.some((one) => one.incomplete) && { incomplete: true }),
  };
};

const placeOf = ({ receivedAt, callback, sk }: RejectedItem): string => [receivedAt, callback, sk].join('#');

const rejectedOf = async (
  callback: string,
  abortSignal: AbortSignal,
): Promise<{ items: RejectedItem[]; incomplete: boolean }> => {
  const query = {
    TableName: process.env.DELIVERIES_TABLE,
    KeyConditionExpression: 'pk = :pk',
    // DynamoDB deletes expired items only after some days.
    FilterExpression: 'expiresAt > :now',
    ProjectionExpression: 'receivedAt, callback, issues, sk',
    ExpressionAttributeValues: marshall({
      ':pk': rejectedKey(callback),
      ':now': Math.floor(Date.now() / 1_000),
    }),
  };
  const items: RejectedItem[] = [];
  let reads = 0;
  for await (const page of paginateQuery({ client: dynamodb }, query, { abortSignal })) {
    items.push(...(page.Items ?? []).map((item) => unmarshall(item) as RejectedItem));
    if (++reads === MAX_READS) return { items, incomplete: page.LastEvaluatedKey !== undefined };
  }
  return { items, incomplete: false };
};

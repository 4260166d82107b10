import { ConditionalCheckFailedException, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isRejected } from './delivery.ts';
import { dynamodb } from './dynamodb.ts';
import type { Item } from './message.ts';
import { isErased, subjectOf } from './tombstone.ts';

/** `stored`: new. `duplicate`: the same body of the same call again. `erased`: its call was erased, and it is not in the table. */
export type StoreOutcome = 'stored' | 'duplicate' | 'erased';

/** Puts the item into the table `DELIVERIES_TABLE`, once, however often it comes, unless its call was erased. */
export const store = async (item: Item, abortSignal: AbortSignal): Promise<StoreOutcome> => {
  const subject = subjectOf(item);
  // An earlier attempt can have ended between its put and its second look.
  if (await isErased(subject, abortSignal)) return remove(item, abortSignal);
  const outcome = await put(item, abortSignal);
  // An erasure that began after the first look has perhaps looked for deliveries before the put.
  if (outcome === 'stored' && (await isErased(subject, abortSignal))) return remove(item, abortSignal);
  return outcome;
};

const remove = async ({ pk, sk }: Item, abortSignal: AbortSignal): Promise<'erased'> => {
  const Key = marshall({ pk, sk });
  await dynamodb.send(new DeleteItemCommand({ TableName: process.env.DELIVERIES_TABLE, Key }), {
    abortSignal,
  });
  return 'erased';
};

const put = async (item: Item, abortSignal: AbortSignal): Promise<'stored' | 'duplicate'> => {
  const command = new PutItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Item: marshall(item, { removeUndefinedValues: true }),
    ...(isRejected(item) ? unlessLater(item) : unlessThere()),
  });
  try {
    const { Attributes } = await dynamodb.send(command, { abortSignal });
    return Attributes === undefined ? 'stored' : 'duplicate';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'duplicate';
    throw error;
  }
};

/** What has expired is as good as gone: DynamoDB deletes it within days. */
const unlessThere = () => ({
  ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
  ExpressionAttributeValues: marshall({ ':now': Math.floor(Date.now() / 1000) }),
});

/** A rejected body lives on from its last arrival. */
const unlessLater = ({ receivedAt }: Item) => ({
  ConditionExpression: 'attribute_not_exists(pk) OR receivedAt < :receivedAt',
  ExpressionAttributeValues: marshall({ ':receivedAt': String(receivedAt) }),
  ReturnValues: 'ALL_OLD' as const,
});

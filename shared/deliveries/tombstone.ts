import { hash } from 'node:crypto';
import { BatchGetItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from './dynamodb.ts';

/** The key of what stays of a call that was erased: a digest, since the key of the call itself can hold a number or a name. */
export const tombstoneKey = (pk: string): { pk: string; sk: string } => ({
  pk: PREFIX + hash('sha256', pk),
  sk: 'erased',
});

const PREFIX = 'erased#';

/** What is erased as one: a call with all its deliveries, or a rejected body, by its digest. */
export const subjectOf = ({ pk, sk }: { pk: string; sk: string }): string =>
  pk.startsWith('rejected#') ? `${pk}#${sk}` : pk;

/** Whether a call was erased, so that nothing may bring it back. Read consistently. */
export const isErased = async (pk: string, abortSignal: AbortSignal): Promise<boolean> => {
  const command = new GetItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Key: marshall(tombstoneKey(pk)),
    ConsistentRead: true,
  });
  const { Item } = await dynamodb.send(command, { abortSignal });
  return Item !== undefined;
};

// What DynamoDB takes at once.
const MAX_KEYS = 100;

/** Those of the calls that were erased, read consistently and as many at once as DynamoDB gives. */
export const erasedOf = async (pks: Iterable<string>, abortSignal: AbortSignal): Promise<Set<string>> => {
  const table = process.env.DELIVERIES_TABLE ?? '';
  const byKey = new Map([...pks].map((pk) => [tombstoneKey(pk).pk, pk]));
  const erased = new Set<string>();
  let left = [...byKey.values()].map((pk) => marshall(tombstoneKey(pk)));
  while (left.length > 0) {
    const RequestItems = { [table]: { Keys: left.slice(0, MAX_KEYS), ConsistentRead: true } };
    const answer = await dynamodb.send(new BatchGetItemCommand({ RequestItems }), { abortSignal });
    for (const { pk } of answer.Responses?.[table] ?? []) erased.add(byKey.get(pk?.S ?? '') ?? '');
    left = [...(answer.UnprocessedKeys?.[table]?.Keys ?? []), ...left.slice(MAX_KEYS)];
  }
  return erased;
};

/** Says that a call was erased, without telling which to whoever does not know its key. The first time stays. */
export const writeTombstone = async (pk: string, abortSignal: AbortSignal): Promise<void> => {
  const command = new PutItemCommand({
    TableName: process.env.DELIVERIES_TABLE,
    Item: marshall({ ...tombstoneKey(pk), erasedAt: new Date().toISOString() }),
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await dynamodb.send(command, { abortSignal }).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
};

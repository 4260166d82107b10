import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Delivery, RejectedBody } from '../../../shared/deliveries/delivery.ts';
import { isLive } from '../../../shared/deliveries/expiry.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { cut, wrap } from '../columns.ts';
import type { Tables } from '../stage.ts';
import { momentText } from './values.ts';

type Body = Delivery | RejectedBody;

/** The bodies under a key that is of no call, like `rejected#pns`, that have not expired, a page in memory at a time. */
export async function* bodiesOf(
  { dynamodb, deliveriesTable }: Tables,
  pk: string,
  abortSignal: AbortSignal,
): AsyncGenerator<Body, void> {
  const query = {
    TableName: deliveriesTable,
    KeyConditionExpression: 'pk = :pk',
    // Items of the archiver have none.
    FilterExpression: 'attribute_exists(body)',
    ExpressionAttributeValues: marshall({ ':pk': pk }),
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query, { abortSignal })) {
    yield* Items.map((item) => unmarshall(item) as Body).filter(isLive);
  }
}

const MAX_BODY_LINES = 4;

/** A body as lines for a person: when it was received, what is wrong with it, and its beginning. */
export const bodyLines = (received: Body, zone: string, width: number): string[] => {
  const { receivedAt, sk, body } = received;
  const issues = 'issues' in received ? received.issues : [];
  const wrong = issues.map(({ path, message }) => `${path || 'the body'} ${message}`);
  const encoding = 'bodyEncoding' in received ? ', as base64' : '';
  const text = wrap(printable(cut(body, width * MAX_BODY_LINES)), width - 2).slice(0, MAX_BODY_LINES);
  return [
    cut(printable(`${momentText(receivedAt, zone)}  ${sk}${encoding}`), width),
    ...wrong.flatMap((line) => wrap(printable(line), width - 2)).map((line) => `  ${line}`),
    ...text.map((line) => `  ${line}`),
    '',
  ];
};

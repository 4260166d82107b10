import { DescribeTableCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stage } from './stage.ts';

/** The key of a delivery. */
export type DeliveryKey = { pk: string; sk: string };

/** A part of the table: the last delivery of it that was looked at, or that all were. */
export type Segment = { after?: DeliveryKey; isDone: boolean };

/** How many items the table has; DynamoDB counts them every six hours. */
export const approximateDeliveries = async ({ dynamodb, deliveriesTable }: Stage): Promise<number> => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: deliveriesTable }));
  return Table?.ItemCount ?? 0;
};

// What is done again at most, of each segment, after an interruption.
const PAGE = 10;

/** The keys of a segment's deliveries in pages, from where it is on. A call's keys follow one another. */
export async function* pagesOf(
  { dynamodb, deliveriesTable }: Stage,
  segments: readonly Segment[],
  segment: number,
  abortSignal: AbortSignal,
): AsyncGenerator<DeliveryKey[]> {
  const after = segments[segment]?.after;
  const scan = {
    TableName: deliveriesTable,
    ProjectionExpression: 'pk, sk',
    Segment: segment,
    TotalSegments: segments.length,
    Limit: PAGE,
    ...(after && { ExclusiveStartKey: marshall(after) }),
  };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan, { abortSignal })) {
    yield Items.map((item) => unmarshall(item) as DeliveryKey);
  }
}

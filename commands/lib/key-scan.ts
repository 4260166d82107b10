import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** The key of an item; the table of calls has no `sk`. */
export type Key = { pk: string; sk?: string };

/** A segment of a table: the last item that was read, or that it is done. */
export type Segment = { after?: Key; isDone: boolean };

/** This many segments, for a scan from the beginning. */
export const allSegments = (count: number): Segment[] =>
  Array.from({ length: count }, () => ({ isDone: false }));

type Scan<Result> = {
  dynamodb: DynamoDBClient;
  table: string;
  /** Kept up to date, so that a later scan can continue from it. */
  segments: Segment[];
  /** Called once for each partition key; the keys of a segment one after another. */
  visit: (pk: string, signal: AbortSignal) => Promise<Result>;
  /** Called when a page is done, and its position is in `segments`. */
  onPage: (keys: readonly Key[], results: Result[]) => void;
};

/**
 * Visits all partition keys of a table, its segments in parallel. Rejects if the signal aborts, or
 * a visit fails.
 */
export const scanKeys = async <Result>(scan: Scan<Result>, signal: AbortSignal): Promise<void> => {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  try {
    await Promise.all(scan.segments.map(({ isDone }, segment) => isDone || scanSegment(scan, segment, stop)));
  } finally {
    failed.abort();
  }
};

// At most this much of each segment is repeated after an interruption.
const PAGE = 10;

const scanSegment = async <Result>(
  { dynamodb, table, segments, visit, onPage }: Scan<Result>,
  segment: number,
  abortSignal: AbortSignal,
): Promise<void> => {
  let after = segments[segment]?.after;
  const input = {
    TableName: table,
    ProjectionExpression: 'pk, sk',
    Segment: segment,
    TotalSegments: segments.length,
    Limit: PAGE,
    ...(after && { ExclusiveStartKey: marshall(after) }),
  };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, input, { abortSignal })) {
    const results: Result[] = [];
    const keys = Items.map((item) => unmarshall(item) as Key);
    // The items of a partition key follow one another, across pages too.
    for (const key of keys) {
      if (key.pk !== after?.pk) results.push(await visit(key.pk, abortSignal));
      after = key;
    }
    segments[segment] = { ...(after && { after }), isDone: false };
    onPage(keys, results);
  }
  segments[segment] = { isDone: true };
  onPage([], []);
};

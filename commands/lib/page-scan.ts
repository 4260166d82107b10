import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** The key of an item; the table of calls has no `sk`. */
export type Key = { pk: string; sk?: string };

/** A part of a table: the last item of it that was looked at, or that all were. */
export type Segment = { after?: Key; isDone: boolean };

/** As many parts, for a scan from the beginning. */
export const allSegments = (count: number): Segment[] =>
  Array.from({ length: count }, () => ({ isDone: false }));

type Scan<Item extends Key, Result> = {
  dynamodb: DynamoDBClient;
  table: string;
  /** Kept up to date, so that a scan can go on where another one was. */
  segments: Segment[];
  /** What is read of an item, as a projection of DynamoDB. */
  attributes: string;
  /** How many items are read at once: what is done again at most, of each segment, after an interruption. */
  length: number;
  /** Is given the items of a page, and what the last item before them was; the pages of a segment one after another. */
  take: (items: Item[], before: Key | undefined, signal: AbortSignal) => Promise<Result>;
  /** Called when a page is done and its place is in `segments`, and without a result at the end of a segment. */
  onPage: (items: readonly Item[], result?: Result) => void;
};

/** Reads a table page by page, its segments in parallel; rejects when the signal aborts, or a page is not taken. */
export const scanPages = async <Item extends Key, Result>(
  scan: Scan<Item, Result>,
  signal: AbortSignal,
): Promise<void> => {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  try {
    await Promise.all(scan.segments.map(({ isDone }, segment) => isDone || scanSegment(scan, segment, stop)));
  } finally {
    failed.abort();
  }
};

const scanSegment = async <Item extends Key, Result>(
  { dynamodb, table, segments, attributes, length, take, onPage }: Scan<Item, Result>,
  segment: number,
  abortSignal: AbortSignal,
): Promise<void> => {
  let after = segments[segment]?.after;
  const input = {
    TableName: table,
    ProjectionExpression: attributes,
    Segment: segment,
    TotalSegments: segments.length,
    Limit: length,
    ...(after && { ExclusiveStartKey: marshall(after) }),
  };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, input, { abortSignal })) {
    const items = Items.map((item) => unmarshall(item) as Item);
    const result = await take(items, after, abortSignal);
    const last = items.at(-1);
    if (last) after = { pk: last.pk, ...(last.sk !== undefined && { sk: last.sk }) };
    segments[segment] = { ...(after && { after }), isDone: false };
    onPage(items, result);
  }
  segments[segment] = { isDone: true };
  onPage([]);
};

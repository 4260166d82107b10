import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Key, type Segment, scanPages } from './page-scan.ts';

type Scan<Result> = {
  dynamodb: DynamoDBClient;
  table: string;
  segments: Segment[];
  /** Called once for each partition key; the keys of a segment one after another. */
  visit: (pk: string, signal: AbortSignal) => Promise<Result>;
  /** Called when a page is done, and its position is in `segments`. */
  onPage: (keys: readonly Key[], results: Result[]) => void;
};

const PAGE = 10;

/**
 * Visits all partition keys of a table, its segments in parallel. Rejects if the signal aborts, or
 * a visit fails.
 */
export const scanKeys = <Result>(
  { visit, onPage, ...scan }: Scan<Result>,
  signal: AbortSignal,
): Promise<void> =>
  scanPages<Key, Result[]>(
    {
      ...scan,
      attributes: 'pk, sk',
      length: PAGE,
      take: async (keys, before, abortSignal) => {
        const results: Result[] = [];
        let last = before;
        // The items of a partition key follow one another, over the end of a page too.
        for (const key of keys) {
          if (key.pk !== last?.pk) results.push(await visit(key.pk, abortSignal));
          last = key;
        }
        return results;
      },
      onPage: (keys, results = []) => onPage(keys, results),
    },
    signal,
  );

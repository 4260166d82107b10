import type { CallFilters } from './filters.ts';
import type { CallItem } from './item.ts';
import { queryCalls } from './query.ts';

const PAGE = 1_000;

/** All matching calls, newest first, page by page. */
export async function* allCalls(filters: CallFilters, abortSignal?: AbortSignal): AsyncGenerator<CallItem> {
  let cursor: string | undefined;
  do {
    const page = await queryCalls(filters, { limit: PAGE, cursor, ...(abortSignal && { abortSignal }) });
    yield* page.calls;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

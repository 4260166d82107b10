import { allCalls } from '../calls/all.ts';
import type { CallFilters } from '../calls/filters.ts';
import { type CallView, listed } from '../calls/view.ts';

const BATCH = 500;

/**
 * The calls of an export, newest first, some at a time. A call whose time changes meanwhile comes
 * once.
 */
export async function* callsToExport(
  filters: CallFilters,
  abortSignal: AbortSignal,
): AsyncGenerator<CallView[], void> {
  const seen = new Set<string>();
  let batch: CallView[] = [];
  for await (const call of allCalls(filters, abortSignal)) {
    if (seen.has(call.ref)) continue;
    seen.add(call.ref);
    batch.push(listed(call));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

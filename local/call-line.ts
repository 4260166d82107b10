import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CallItem } from '../shared/calls/item.ts';
import { summaryOf } from '../shared/calls/summary.ts';
import type { Change } from './stream-record.ts';

/**
 * `pns#45`, `85235757583 -> 85238533300` and `answered 6 s`; undefined if the change is not worth a
 * line.
 */
export const callLine = (change: Change): string[] | undefined => {
  const [before, after] = [callOf(change.before), callOf(change.after)];
  if (after === undefined) return undefined;
  const line = partsOf(after);
  if (before === undefined) return line;
  // A predictive call arrives event by event: its beginning has been printed, and its end will be.
  if (after.callback === 'predictive' && after.endedAt === undefined) return undefined;
  const hasEnded = before.endedAt === undefined && after.endedAt !== undefined;
  return hasEnded || line.join() !== partsOf(before).join() ? line : undefined;
};

const callOf = (item: Change['after']): CallItem | undefined =>
  item && (unmarshall(item as Parameters<typeof unmarshall>[0]) as CallItem);

const partsOf = (call: CallItem): string[] => {
  const { parties, outcome } = summaryOf(call);
  return [call.pk, parties, outcome, unreadable(call)];
};

const unreadable = ({ issues = [] }: CallItem): string =>
  issues.length === 0 ? '' : `unreadable: ${issues.map(({ path }) => path).join(', ')}`;

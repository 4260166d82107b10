import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CallItem } from '../shared/calls/item.ts';
import type { Change } from './stream-record.ts';

type Call = Pick<
  CallItem,
  | 'pk'
  | 'callback'
  | 'caller'
  | 'callee'
  | 'answered'
  | 'abandoned'
  | 'talkSeconds'
  | 'status'
  | 'endedAt'
  | 'issues'
>;

/** `pns#45`, `85235757583 -> 85238533300` and `answered 6 s`; nothing if the change is not worth a line. */
export const callLine = (change: Change): string[] | undefined => {
  const [before, after] = [callOf(change.before), callOf(change.after)];
  if (after === undefined) return undefined;
  const line = partsOf(after);
  if (before === undefined) return line;
  // A predictive call is told event by event: its beginning has been shown, and its end will be.
  if (after.callback === 'predictive' && after.endedAt === undefined) return undefined;
  const hasEnded = before.endedAt === undefined && after.endedAt !== undefined;
  return hasEnded || line.join() !== partsOf(before).join() ? line : undefined;
};

const callOf = (item: Change['after']): Call | undefined =>
  item && (unmarshall(item as Parameters<typeof unmarshall>[0]) as Call);

const partsOf = (call: Call): string[] => [call.pk, parties(call), outcome(call), unreadable(call)];

const parties = ({ caller = '', callee }: Call): string =>
  callee ? `${caller} -> ${callee}`.trim() : caller;

const outcome = ({ answered, abandoned, talkSeconds, status }: Call): string => {
  if (answered) return talkSeconds === undefined ? 'answered' : `answered ${talkSeconds} s`;
  if (abandoned) return 'abandoned';
  return answered === false ? 'not answered' : (status ?? '');
};

const unreadable = ({ issues = [] }: Call): string =>
  issues.length === 0 ? '' : `unreadable: ${issues.map(({ path }) => path).join(', ')}`;

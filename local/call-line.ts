import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Change } from './stream-record.ts';

/** What the terminal shows of a call. */
type Call = {
  pk: string;
  callback: string;
  caller?: string;
  callee?: string;
  answered?: boolean;
  abandoned?: boolean;
  talkSeconds?: number;
  status?: string;
  endedAt?: string;
};

/** `pns#45`, `85235757583 -> 85238533300` and `answered 6 s`; nothing if the change is not worth a line. */
export const callLine = ({ before, after }: Change): string[] | undefined => {
  if (after === undefined) return undefined;
  const call = unmarshall(after as Parameters<typeof unmarshall>[0]) as Call;
  const old = before && (unmarshall(before as Parameters<typeof unmarshall>[0]) as Call);
  // Of a predictive call, which is told event by event, its beginning and its end.
  if (old && call.callback === 'predictive' && call.endedAt === undefined) return undefined;
  const line = [call.pk, parties(call), outcome(call)];
  const isNews = old === undefined || line.join() !== [old.pk, parties(old), outcome(old)].join();
  return isNews ? line : undefined;
};

const parties = ({ caller, callee }: Call): string =>
  callee ? `${caller ?? '?'} -> ${callee}` : (caller ?? '');

const outcome = ({ answered, abandoned, talkSeconds, status = '' }: Call): string => {
  if (answered) return talkSeconds === undefined ? 'answered' : `answered ${talkSeconds} s`;
  if (abandoned) return 'abandoned';
  return answered === false ? 'not answered' : status;
};

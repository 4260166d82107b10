import type { CallRecord } from './call.ts';

/** A call in a few words, for a terminal. */
export type Summary = {
  /** `85235757583 -> 85238533300`; empty if neither is known. */
  parties: string;
  /** `answered 6 s`, `not answered`, `abandoned`, else the status. */
  outcome: string;
};

export const summaryOf = (call: CallRecord): Summary => ({
  parties: partiesOf(call),
  outcome: outcomeOf(call),
});

const partiesOf = ({ caller = '', callee }: CallRecord): string =>
  callee ? `${caller} -> ${callee}`.trim() : caller;

const outcomeOf = ({ answered, abandoned, talkSeconds, status }: CallRecord): string => {
  if (answered) return talkSeconds === undefined ? 'answered' : `answered ${talkSeconds} s`;
  if (abandoned) return 'abandoned';
  return answered === false ? 'not answered' : (status ?? '');
};

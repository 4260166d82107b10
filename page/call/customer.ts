import type { CallView } from '../../shared/calls/view.ts';

/**
 * The customer's number or name: the caller of an inbound call, the callee of an outbound one, else
 * the caller.
 */
export const customerOf = ({ direction, caller, callee }: CallView): string | undefined => {
  const [first, second] =
    direction === 'outbound' || direction === 'ai' ? [callee, caller] : [caller, callee];
  // An AI call can have the line as its callee: NX09445G000025@203.0.113.9.
  return first !== undefined && (isNumber(first) || !isNumber(second ?? '')) ? first : second;
};

const isNumber = (party: string): boolean => /^\+?[\d\s()-]{7,}$/.test(party);

/** How many earlier and how many later calls of a customer are shown. */
export const NEIGHBOURS = 5;

/** The requests to `/api/calls` for the calls before and after one. */
export type NeighbourQueries = { earlier: URLSearchParams; later: URLSearchParams };

/**
 * The requests to `/api/calls` for a customer's calls before and after one call; undefined if the
 * customer is unknown.
 */
export const neighbourQueries = (call: CallView): NeighbourQueries | undefined => {
  const number = customerOf(call)?.trim();
  if (!number || !/[\p{L}\d]/u.test(number) || number.length > 256) return undefined;
  const time = timeOf(call);
  // One more than is shown, because the call itself is among the later ones.
  const limit = String(NEIGHBOURS + 1);
  return {
    earlier: new URLSearchParams({ number, from: '2000-01-01T00:00:00Z', to: time, limit }),
    later: new URLSearchParams({ number, from: time, limit }),
  };
};

/** The time that orders a call, without the digest that makes it unique. */
export const timeOf = ({ at }: Pick<CallView, 'at'>): string => at.split('#')[0] ?? at;

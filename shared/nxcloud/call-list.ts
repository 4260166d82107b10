import type { OpenPlatformOptions } from './open-platform.ts';

/** A call in the provider's list; `body` is its own JSON text, digit for digit as it was sent. */
export type ListedCall = { callId: string; body: string };

/** A span of time: ISO 8601, both ends included. It reaches from the whole second before `from` to the one after `to`. */
export type Span = { from: string; to: string };

export type CallListOptions = OpenPlatformOptions & {
  /** How long to wait between two pages. */
  paceMs?: number;
  /** Told how many rows of a page have no callId and are left out. */
  onNameless?: (rows: number) => void;
};

/** How many calls NXCloud lists at a time. */
export const PAGE_SIZE = 100;

/** One page of the Call Center calls in a span, from 1. Rejects as `ask` does. */
export const listCalls = (
  _query: Span & { page: number },
  _options: CallListOptions,
): Promise<ListedCall[]> => Promise.reject(new Error('not written yet'));

/** The Call Center calls in a span, page by page. A call that arrives meanwhile can make another come twice. Rejects as `ask` does. */
export async function* callsBetween(_span: Span, _options: CallListOptions): AsyncGenerator<ListedCall[]> {
  yield await Promise.reject(new Error('not written yet'));
}

/** The call with this callId if NXCloud lists it in the span, which it does not search without. Rejects as `ask` does. */
export const findCall = (
  _query: Span & { callId: string },
  _options: CallListOptions,
): Promise<ListedCall | undefined> => Promise.reject(new Error('not written yet'));

import { cc } from '../callbacks/cc.ts';
import { isObject } from '../payload/reader.ts';
import { parseAsSent } from './json-as-sent.ts';
import { ask, type OpenPlatformOptions, pause } from './open-platform.ts';
import { Unlisted } from './unlisted.ts';

/**
 * A call in the provider's list. `body` is its own JSON text, with its numbers digit for digit as
 * sent.
 */
export type ListedCall = { callId: string; body: string };

/**
 * A span of time: ISO 8601, both ends included. NXCloud is asked from the whole second before
 * `from` to the one after `to`.
 */
export type Span = { from: string; to: string };

export type CallListOptions = OpenPlatformOptions & {
  /** How long to wait between two pages. */
  paceMs?: number;
  /** Called with the number of rows on a page that have no callId and are left out. */
  onNameless?: (rows: number) => void;
};

/** How many calls NXCloud lists at a time. */
export const PAGE_SIZE = 100;

const PATH = '/saas/cc/openapi/cdr/page';
const CALL_CENTER = { bizType: 8, action: 'cc' };
const PACE_MS = 500;

/** One page of the Call Center calls in a span, counted from 1. Rejects as `ask` does. */
export const listCalls = async (
  { page, ...span }: Span & { page: number },
  options: CallListOptions,
): Promise<ListedCall[]> =>
  callsIn(await rowsOf({ ...secondsOf(span), page, size: PAGE_SIZE }, options), options);

/**
 * The Call Center calls in a span, page by page. A call that arrives meanwhile can make another one
 * come twice. Rejects as `ask` does.
 */
export async function* callsBetween(span: Span, options: CallListOptions): AsyncGenerator<ListedCall[]> {
  const { paceMs = PACE_MS, signal } = options;
  let before: string[] = [];
  for (let page = 1; ; page++) {
    const rows = await rowsOf({ ...secondsOf(span), page, size: PAGE_SIZE }, options);
    if (rows.length > 0 && rows.join() === before.join()) throw new Unlisted('NXCloud gave a page twice');
    yield callsIn(rows, options);
    // The answer has no total.
    if (rows.length < PAGE_SIZE) return;
    before = rows;
    await pause(paceMs, signal);
  }
}

/**
 * The call with this callId, if NXCloud lists it in the span, which its search requires. Rejects as
 * `ask` does.
 */
export const findCall = async (
  { callId, ...span }: Span & { callId: string },
  options: CallListOptions,
): Promise<ListedCall | undefined> => {
  const rows = await rowsOf({ ...secondsOf(span), callId, page: 1, size: PAGE_SIZE }, options);
  return callsIn(rows, options).find((call) => call.callId === callId);
};

const secondsOf = ({ from, to }: Span) => ({
  startTime: Math.floor(Date.parse(from) / 1000),
  endTime: Math.ceil(Date.parse(to) / 1000),
});

/** The rows of NXCloud's answer, each as text. */
const rowsOf = async (query: object, options: CallListOptions): Promise<string[]> => {
  const answer = await ask(PATH, { ...CALL_CENTER, body: JSON.stringify(query) }, options);
  const { data } = parseAsSent(answer) as { data?: unknown };
  if (Array.isArray(data)) return data.map((row) => JSON.stringify(row));
  // It can write an empty list as {} or null.
  if (data === undefined || data === null || (isObject(data) && Object.keys(data).length === 0)) return [];
  throw new Unlisted('NXCloud answered with something else than a list', { isFinal: true });
};

const callsIn = (rows: string[], { onNameless }: CallListOptions): ListedCall[] => {
  const calls = rows.flatMap((body) => {
    const { id: callId } = cc.read(body);
    return callId === undefined ? [] : [{ callId, body }];
  });
  if (calls.length < rows.length) onNameless?.(rows.length - calls.length);
  return calls;
};

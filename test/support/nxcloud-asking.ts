import { expect } from 'vitest';
import {
  type CallListOptions,
  callsBetween,
  type ListedCall,
  listCalls,
} from '../../shared/nxcloud/call-list.ts';
import type { Unlisted } from '../../shared/nxcloud/unlisted.ts';
import { type Behaviour, type Provider, startProvider } from './nxcloud-provider.ts';
import { type ListRow, listRow } from './nxcloud-rows.ts';

export const FROM = Date.parse('2026-11-26T08:00:00Z');
export const HOUR_MS = 3_600_000;
/** An hour from `FROM`. */
export const SPAN = { from: '2026-11-26T08:00:00.000Z', to: '2026-11-26T09:00:00.000Z' };

const started: Provider[] = [];

/** Starts a provider for one test. */
export const start = async (rows: ListRow[], behaviour: Partial<Behaviour> = {}) => {
  const provider = await startProvider(rows, behaviour);
  started.push(provider);
  return provider;
};

export const stopAll = () => {
  for (const provider of started.splice(0)) provider.stop();
};

/** What a provider is asked with: it is asked again soon, and its pages one after another. */
export const optionsOf = (provider: Provider, more: Partial<CallListOptions> = {}): CallListOptions => ({
  ...provider.credentials,
  gateway: provider.gateway,
  takesLoopback: true,
  signal: new AbortController().signal,
  backOffMs: [5, 10, 15],
  paceMs: 0,
  ...more,
});

/** So many calls, evenly over a time. */
export const rowsOf = (count: number, from = FROM, durationMs = HOUR_MS): ListRow[] =>
  Array.from({ length: count }, (_, n) =>
    listRow(`call/${n}@203.0.113.7`, from + Math.floor((n * durationMs) / count)),
  );

export const idsOf = (calls: ListedCall[]) => calls.map(({ callId }) => callId);

export const walk = async (options: CallListOptions, span = SPAN): Promise<ListedCall[][]> =>
  Array.fromAsync(callsBetween(span, options));

export const firstPage = (options: CallListOptions) => listCalls({ ...SPAN, page: 1 }, options);

/** Why calls were not listed. */
export const problemOf = (asked: Promise<unknown>): Promise<Unlisted> =>
  asked.then(
    () => expect.unreachable('it was listed'),
    (problem) => problem,
  );

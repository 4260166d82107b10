import { daysLater } from '../format/dates.ts';
import { today } from '../format/format.ts';
import { zone } from '../state/configuration.ts';
import { hrefOf, type QueryChanges } from '../state/location.ts';
import { kindOf, SEARCH_KINDS, type SearchKind } from './search.ts';

/** The named periods. They move with the day, so a link to "today" always means today. */
export const PERIODS = ['today', 'yesterday', '7d', '30d', '90d'] as const;
export type Period = (typeof PERIODS)[number];
export const DEFAULT_PERIOD: Period = '30d';

/** The filter parameters of the API; the page's URL uses the same names. */
export const FILTERS = [
  'number',
  'caller',
  'callee',
  'id',
  'agent',
  'callback',
  'direction',
  'answered',
  'abandoned',
  'status',
  'hangupBy',
  'minTalk',
  'maxTalk',
  'recording',
  'issues',
] as const;

/** The search field: its text, and how it is interpreted. */
export type Search = { text: string; kind: SearchKind };

export const searchOf = (query: URLSearchParams): Search | undefined => {
  const text = query.get('q')?.trim() ?? '';
  if (text === '') return undefined;
  const kind = SEARCH_KINDS.find((one) => one === query.get('as')) ?? kindOf(text);
  return { text, kind };
};

/** The period of a query: a name, or dates in the zone. */
export const periodOf = (query: URLSearchParams): Period | { from: string; to: string } => {
  const [from, to] = [query.get('from'), query.get('to')];
  if (from || to) return { from: from ?? '', to: to ?? '' };
  return PERIODS.find((name) => name === query.get('period')) ?? DEFAULT_PERIOD;
};

/** The dates of a period, both inclusive, as the API expects them. */
export const datesOf = (period: ReturnType<typeof periodOf>): { from: string; to?: string } => {
  if (typeof period === 'object') return { from: period.from, ...(period.to && { to: period.to }) };
  const now = today();
  if (period === 'today') return { from: now };
  if (period === 'yesterday') return { from: daysLater(now, -1), to: daysLater(now, -1) };
  return { from: daysLater(now, 1 - Number.parseInt(period, 10)) };
};

/**
 * The API parameters for the page's query: period, zone and filters, without the search for an
 * agent.
 */
export const apiQueryOf = (query: URLSearchParams): URLSearchParams => {
  const asked = new URLSearchParams();
  const { from, to } = datesOf(periodOf(query));
  if (from) asked.set('from', from);
  if (to) asked.set('to', to);
  asked.set('zone', zone());
  for (const name of FILTERS) for (const value of query.getAll(name)) if (value) asked.append(name, value);
  const search = searchOf(query);
  if (search && search.kind !== 'agent') asked.set(search.kind, search.text);
  return asked;
};

/** The address of the calls with these filters, as in the page's URL. */
export const callsHref = (filters: QueryChanges): string => hrefOf('/calls', filters);

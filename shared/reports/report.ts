import * as v from 'valibot';
import { type Clock, clockOf } from '../calls/clock.ts';
import type { CallFilters } from '../calls/filters.ts';
import { Figures, figuresOf } from './figures.ts';
import { hoursOfRows, keyText, rowOrder } from './groupings.ts';
import { type Groups, groupCalls, type Limits, type Question } from './groups.ts';
import { periodBefore } from './period-before.ts';

const text = v.string();

/** A row of a report: the figures of the calls that share a key. */
export const Row = v.object({
  key: text,
  keys: v.pipe(v.array(v.nullable(text)), v.description('The parts of `key`, in the order of `by`.')),
  agentName: v.optional(text),
  agentNickname: v.optional(text),
  ...Figures.entries,
});

/** A row of a report. */
export type Row = v.InferOutput<typeof Row>;

const period = { from: text, to: v.optional(text) };
const Rows = { rows: v.array(Row), total: Figures };

/** The figures of a period, and those of the previous period if requested. */
export const Report = v.object({
  ...period,
  zone: text,
  by: v.array(text),
  ...Rows,
  previous: v.optional(v.object({ ...period, ...Rows })),
});

/** The figures of a period. */
export type Report = v.InferOutput<typeof Report>;

/** The request for a report. */
export type ReportQuery = Question & { filters: CallFilters & { zone: string }; isCompared: boolean };

export type ReportOptions = {
  abortSignal: AbortSignal;
  limits?: Limits;
  /** Called with the number of calls counted so far, of both periods. */
  onProgress?: (calls: number) => void;
};

/** Computes a report, reading each call of the period once. Throws TooMany beyond the limits. */
export const readReport = async (query: ReportQuery, options: ReportOptions): Promise<Report> => {
  const { filters, by, isCompared } = query;
  const { from, to, zone } = filters;
  const now = Date.now();
  const clock = clockOf(zone);
  const read = async (period: { from: string; to: string | undefined }, limits?: Limits) => {
    const question = { ...query, filters: { ...filters, ...period } };
    const groups = await groupCalls(question, clock, { ...options, ...(limits && { limits }) });
    const until = Math.min(Date.parse(period.to ?? '9999'), now);
    return { ...period, ...rowsOf(question, groups, clock, until) };
  };
  const current = await read({ from, to }, options.limits);
  const report = { ...current, zone, by: [...by] };
  if (!isCompared) return report;
  const { limits } = options;
  // Both are in one answer.
  const left = limits && { ...limits, rowsBefore: current.rows.length };
  const before = periodBefore({ from, to: to ?? new Date(now).toISOString() }, zone);
  return { ...report, previous: await read(before, left) };
};

const rowsOf = ({ filters, by, terms }: Question, { groups, total }: Groups, clock: Clock, until: number) => {
  const hoursOf = hoursOfRows(by, clock, Date.parse(filters.from), until);
  const rows = groups.map(
    ({ keys, agent, tally }): Row => ({
      key: keyText(keys),
      keys,
      ...(agent?.agentName !== undefined && { agentName: agent.agentName }),
      ...(agent?.agentNickname !== undefined && { agentNickname: agent.agentNickname }),
      ...figuresOf(tally, hoursOf(keys), terms),
    }),
  );
  const hours = Math.max(0, until - Date.parse(filters.from)) / 3_600_000;
  return { rows: rows.sort(rowOrder(by)), total: figuresOf(total, hours, terms) };
};

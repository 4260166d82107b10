import { useRef } from 'preact/hooks';
import { type Answered, useApi } from '../api/use-api.ts';
import { apiQueryOf } from '../calls/filters.ts';
import { writtenDate } from '../format/format.ts';
import { Empty, Failed, Skeleton } from '../parts/parts.tsx';
import { hrefOf, place, type QueryChanges } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { AgentsTable } from './agents-table.tsx';
import { Cards } from './cards.tsx';
import { Chart } from './chart.tsx';
import type { Figures, Report } from './figures.ts';
import { FilterBar } from './filter-bar.tsx';
import { HeatMap } from './heat-map.tsx';
import { daysOf, fourWeeks, lengthOf, periodBefore } from './period.ts';
import { daysFrom, hoursOf, weekOf } from './series.ts';
import './reports.css';

const EVERY_MS = 60_000;
const WEEK_DAYS = 7;

export default function ReportsView() {
  const query = useStore(place).query;
  const asked = apiQueryOf(query);
  const before = withParameters(asked, periodBefore(query));
  const byHour = useApi<Report>('/api/report', withParameters(asked, { by: 'hour' }), { everyMs: EVERY_MS });
  const byAgent = useApi<Report>('/api/report', withParameters(asked, { by: 'agent' }), {
    everyMs: EVERY_MS,
  });
  const compared = useApi<Report>(byHour.data && '/api/report', withParameters(before, { by: 'callback' }));
  // For today the request changes every minute, so the last answer stays until the next arrives.
  const kept = useRef<{ of: string; total: Figures }>(undefined);
  if (compared.data) kept.current = { of: String(asked), total: compared.data.total };
  return (
    <div class="view reports">
      <h1>{t('reports')}</h1>
      <FilterBar query={query} />
      <Body
        query={query}
        byHour={byHour}
        byAgent={byAgent}
        before={kept.current?.of === String(asked) ? kept.current.total : undefined}
      />
    </div>
  );
}

const withParameters = (query: URLSearchParams, parameters: Record<string, string>): URLSearchParams => {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(parameters)) changed.set(name, value);
  return changed;
};

type Props = {
  query: URLSearchParams;
  byHour: Answered<Report>;
  byAgent: Answered<Report>;
  before: Figures | undefined;
};

const Body = ({ query, byHour, byAgent, before }: Props) => {
  const { data, error, isSlow, again } = byHour;
  if (error && !data) return <Failed error={error} onRetry={again} />;
  if (!data) return <Skeleton lines={12} isSlow={isSlow} />;
  if (data.total.offered === 0) return <NoCalls query={query} />;
  const filters = changesOf(query);
  const days = daysOf(query);
  const length = lengthOf(days);
  const bars = length === 1 ? hoursOf(days.from, data.rows) : daysFrom(days.from, length, data.rows);
  return (
    <>
      {error && <Failed isSmall error={error} onRetry={again} />}
      <Cards total={data.total} before={before?.offered ? before : undefined} filters={filters} />
      <p class="compared faint">{comparisonOf(query, before)}</p>
      <Chart bars={bars} isByHour={length === 1} filters={filters} />
      <div class="columns">
        <Busy query={query} rows={length >= WEEK_DAYS ? data : undefined} />
        {byAgent.data ? (
          <AgentsTable rows={byAgent.data.rows} filters={filters} />
        ) : byAgent.error ? (
          <Failed error={byAgent.error} onRetry={byAgent.again} />
        ) : (
          <Skeleton lines={8} />
        )}
      </div>
    </>
  );
};

/** The period that the figures are compared with. */
const comparisonOf = (query: URLSearchParams, before: Figures | undefined): string => {
  if (before === undefined) return '\u00a0';
  const { from, to } = periodBefore(query);
  const [until, time] = [writtenDate(to.slice(0, 10)), to.slice(11)];
  const period = from === to.slice(0, 10) ? until : `${writtenDate(from)} – ${until}`;
  if (before.offered === 0) return t('report.noComparison', { period });
  return time ? t('report.compared.until', { period, time }) : t('report.compared', { period });
};

/** The parameters of the page's URL, for links to the calls. */
const changesOf = (query: URLSearchParams): QueryChanges =>
  Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));

/**
 * The heat map of the period or, if it is too short to compare weekdays, of the four weeks that end
 * with it.
 */
const Busy = ({ query, rows }: { query: URLSearchParams; rows: Report | undefined }) => {
  const weeks = fourWeeks(query);
  const asked = withParameters(apiQueryOf(query), { ...weeks, by: 'hour' });
  const { data, error, again } = useApi<Report>(rows ? undefined : '/api/report', asked);
  const { from, last } = rows ? daysOf(query) : { from: weeks.from, last: weeks.to };
  const shown = rows ?? data;
  if (error && !shown) return <Failed error={error} onRetry={again} />;
  if (!shown) return <Skeleton lines={7} />;
  return <HeatMap week={weekOf(from, lengthOf({ from, last }), shown.rows)} isOfWeeks={rows === undefined} />;
};

const NoCalls = ({ query }: { query: URLSearchParams }) => (
  <Empty title={t('report.empty')}>
    <p>{t('report.empty.hint')}</p>
    <p class="links">
      {(['yesterday', '7d', '30d'] as const).map((period) => (
        <a
          key={period}
          class="button"
          href={hrefOf('/reports', { ...changesOf(query), from: undefined, to: undefined, period })}
        >
          {t(`period.${period}`)}
        </a>
      ))}
    </p>
  </Empty>
);

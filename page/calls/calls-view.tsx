import { useCallback, useRef } from 'preact/hooks';
import { useApi } from '../api/use-api.ts';
import { shortDayOf, today } from '../format/format.ts';
import { lazy } from '../parts/lazy.tsx';
import { Button, Empty, Failed } from '../parts/parts.tsx';
import { zone } from '../state/configuration.ts';
import { changeQuery, place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { type ListState, MAX_ROWS } from './call-list.ts';
import { CallTable } from './call-table.tsx';
import { ExportMenu } from './export-menu.tsx';
import { type Agents, clearFilters, FilterBar, hasFilters } from './filter-bar.tsx';
import { apiQueryOf, DEFAULT_PERIOD, datesOf, periodOf, searchOf } from './filters.ts';
import { FirstCall } from './first-call.tsx';
import { GoingOn } from './going-on.tsx';
import type { Row } from './row.ts';
import { SearchField } from './search-field.tsx';
import { SkeletonRows } from './skeleton-rows.tsx';
import { useCalls } from './use-calls.ts';
import './calls.css';

const CallPanel = lazy<{ pk: string; onClose?: () => void }>(() => import('../call/call-panel.tsx'));

/** The calls, newest first, and the open call beside them. */
export default function CallsView() {
  const { query } = useStore(place);
  const agents = useSearchedAgents(query);
  const questionNow = () => withAgents(apiQueryOf(query), agents);
  const question = agents === undefined ? undefined : String(questionNow());
  const { to } = datesOf(periodOf(query));
  const readingAt = useRef<string | undefined>(undefined);
  const { list, ...state } = useCalls(
    question,
    questionNow,
    to === undefined || to >= today(),
    () => readingAt.current,
  );
  const openPk = query.get('call') ?? undefined;
  const onOpen = useCallback(
    ({ pk }: Row) => changeQuery({ call: pk }, { replace: new URLSearchParams(location.search).has('call') }),
    [],
  );
  const onClose = useCallback(() => {
    if (new URLSearchParams(location.search).has('call')) changeQuery({ call: undefined });
  }, []);

  return (
    <div class={`calls ${openPk ? 'split' : ''}`}>
      <h1>{t('calls')}</h1>
      <div class="list">
        <header class="toolbar">
          <SearchField />
          <ExportMenu queryNow={questionNow} />
          <FilterBar />
        </header>
        {state.error && state.error.kind !== 'ended' && state.isReady && (
          <Failed isSmall error={state.error} onRetry={() => list.refresh(readingAt.current)} />
        )}
        <CallTable
          key={question}
          list={list}
          state={state}
          openPk={openPk}
          onOpen={onOpen}
          onClose={onClose}
          readingAt={readingAt}
          above={<GoingOn rows={state.goingOn} openPk={openPk} onOpen={onOpen} />}
          below={<Below state={state} onRetry={() => list.refresh()} />}
        />
      </div>
      {openPk && (
        <aside class="detail" aria-label={t('call')}>
          <CallPanel pk={openPk} onClose={onClose} />
        </aside>
      )}
    </div>
  );
}

/** The agents that match a searched text; undefined until they are known. */
const useSearchedAgents = (query: URLSearchParams): string[] | undefined => {
  const search = searchOf(query);
  const isAsked = search?.kind === 'agent';
  const { data, error } = useApi<Agents>(isAsked ? '/api/agents' : undefined, {
    ...datesOf(periodOf(query)),
    zone: zone(),
  });
  if (!isAsked) return [];
  if (error) return [search.text];
  if (!data) return undefined;
  const wanted = search.text.toLowerCase();
  const found = data.agents.filter(({ key, agentName = '', agentNickname = '', agentId = '' }) =>
    [key, agentName, agentNickname, agentId].some((one) => one.toLowerCase().includes(wanted)),
  );
  return found.length > 0 ? found.slice(0, MAX_AGENTS).map(({ key }) => key) : [search.text];
};

// The API's limit.
const MAX_AGENTS = 20;

const withAgents = (query: URLSearchParams, agents: string[] = []): URLSearchParams => {
  for (const agent of agents) if (!query.getAll('agent').includes(agent)) query.append('agent', agent);
  return query;
};

/** The part below the rows: more is loading, this is all, or why there is nothing. */
const Below = ({ state, onRetry }: { state: ListState; onRetry: () => void }) => {
  const { query } = useStore(place);
  const { rows, isReady, isEnd, isLoadingMore, lookedBackTo, error } = state;
  if (error && !isReady) return <Failed error={error} onRetry={onRetry} />;
  if (!isReady) return <SkeletonRows />;
  if (rows.length >= MAX_ROWS) return <p class="below">{t('fullList', { count: rows.length })}</p>;
  if (isLoadingMore) {
    const isLooking = rows.length === 0 && lookedBackTo !== undefined;
    return (
      <p class="below" role="status">
        {isLooking ? t('lookedBackTo', { date: shortDayOf(lookedBackTo) }) : t('loadingMore')}
      </p>
    );
  }
  if (!isEnd) return null;
  if (rows.length > 0) return <p class="below">{t('allCalls', { count: rows.length })}</p>;
  if (state.goingOn.length > 0) return null;
  if (hasFilters(query)) {
    return (
      <Empty title={t('noCallsFit')}>
        <p>{t('noCallsFit.why')}</p>
        <Button onClick={clearFilters}>{t('clearFilters')}</Button>
      </Empty>
    );
  }
  if (periodOf(query) !== DEFAULT_PERIOD) {
    return (
      <Empty title={t('noCallsThen')}>
        <Button onClick={() => changeQuery({ period: undefined, from: undefined, to: undefined })}>
          {t(`period.${DEFAULT_PERIOD}`)}
        </Button>
      </Empty>
    );
  }
  return <FirstCall />;
};
